import { Failure } from '../failure.ts';

/** A one-line source of packages (sources.list(5)), in one spelling, without its comment. */
export function normalSource(text: string): string {
  const line = text.replace(/#.*$/, '').trim();
  const match = /^(deb|deb-src)\s+(\[[^\]]*\]\s*)?(\S+)\s+(\S+)\s*(.*)$/.exec(line);
  if (!match) {
    throw new Failure(
      `"${text}" is not a source of packages`,
      {},
      'such as: deb [signed-by=/etc/apt/keyrings/x.asc] https://example.org/debian bookworm main',
    );
  }
  const [, type, options, address, suite, components] = match;
  const words = (part: string | undefined) => (part ?? '').trim().split(/\s+/).filter(Boolean);
  const inner = words(options?.trim().slice(1, -1));
  return [
    type!,
    ...(inner.length > 0 ? [`[${inner.join(' ')}]`] : []),
    address!,
    suite!,
    ...words(components),
  ].join(' ');
}

/** The sources in a file that are in force, in one spelling. */
export function sourcesIn(text: string): string[] {
  return text.split('\n').flatMap(line => {
    try {
      return line.trim() === '' || line.trim().startsWith('#') ? [] : [normalSource(line)];
    } catch {
      return [];
    }
  });
}

/** The file's text without a source. */
export function withoutSource(text: string, source: string): string {
  const lines = text.split('\n').filter(line => !sourcesIn(line).includes(source));
  return lines.join('\n');
}

export function withSource(text: string, source: string): string {
  return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${source}\n`;
}

/** The name of a file for a source, which follows from its address as Ansible makes it. */
export function sourceFileName(source: string): string {
  const address = source
    .replace(/^deb(-src)?\s+/, '')
    .replace(/^\[[^\]]*\]\s*/, '')
    .split(' ')[0]!;
  const place = address.replace(/^\w+:\/\//, '').replace(/^[^@]*@/, '');
  return place
    .split(/[^a-zA-Z0-9]+/)
    .filter(Boolean)
    .join('_');
}
