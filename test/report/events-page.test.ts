import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/events.md names every field of the events, and no other', () => {
  const page = read('docs/events.md');
  const fields = [...read('src/core/event.ts').matchAll(/\breadonly (\w+)\??:/g)].map(([, name]) => name!);
  expect(fields.length).toBeGreaterThan(40);
  for (const field of fields) expect(page, field).toContain(`\`${field}\``);
  // The second column of the tables, and the first of the one about tasks.
  const rows = page.split('\n').filter(line => /^\| *`|^\| \| `/.test(line));
  const named = rows.flatMap(row => {
    const [, first, second, third] = row.split('|');
    // In brackets stand the values of a field.
    return [...(third === '' ? first! : second!).replaceAll(/\(.*?\)/g, '').matchAll(/`(\w+)`/g)].map(
      ([, name]) => name!,
    );
  });
  const added = ['schema'];
  expect(named.filter(name => !fields.includes(name) && !added.includes(name))).toEqual([]);
});
