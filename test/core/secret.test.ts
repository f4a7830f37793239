import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Float } from '../../src/core/number.ts';
import { redact, Secret } from '../../src/core/secret.ts';

describe('a secret', () => {
  const secret = new Secret('p4ss\'w "rd\\+/&x');

  it.each([
    ['text', () => String(secret)],
    ['template', () => `${secret}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspection', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['a thrown error', () => new Error(`bad: ${secret}`).message],
  ])('prints as stars in %s', (_how, print) => {
    expect(print()).toContain('********');
    expect(print()).not.toContain('p4ss');
  });

  it.each([
    ['as it is', 'p4ss\'w "rd\\+/&x'],
    ['JSON-escaped', JSON.stringify('p4ss\'w "rd\\+/&x')],
    ['URL-encoded', encodeURIComponent('p4ss\'w "rd\\+/&x')],
    ['quoted for a shell', `'p4ss'\\''w "rd\\+/&x'`],
    ['quoted for YAML', `'p4ss''w "rd\\+/&x'`],
    ['in base64', Buffer.from('p4ss\'w "rd\\+/&x').toString('base64')],
    ['in base64 behind other text', Buffer.from('user:p4ss\'w "rd\\+/&x').toString('base64')],
  ])('is masked in output %s', (_how, text) => {
    const shown = redact(`before ${text} after`);
    expect(shown).toContain('********');
    expect(shown).not.toContain(text);
    expect(shown.startsWith('before ')).toBe(true);
  });

  it('of many lines is masked line by line', () => {
    new Secret('-----BEGIN KEY-----\nabcDEF123\n  xyz789uvw\n-----END KEY-----\n');
    expect(redact('got: abcDEF123 and xyz789uvw')).toBe('got: ******** and ********');
  });

  it('of many lines and half a megabyte takes no time to speak of', () => {
    const line = (index: number) => `${index} ${'some text of a sealed file '.repeat(3)}${index * 7919}`;
    const lines = Array.from({ length: 6000 }, (_, index) => line(index + 1000));
    new Secret(lines.join('\n'));
    new Secret('x'.repeat(400_000));
    const begin = performance.now();
    expect(redact(`got: ${lines[4711]} and ${'x'.repeat(400_000)}.`)).toBe('got: ******** and ********.');
    expect(performance.now() - begin).toBeLessThan(2000);
  });

  it('whose end was cut off is masked as far as it goes', () => {
    new Secret('correct battery horse staple');
    expect(redact('said: correct battery ho')).toBe('said: ********');
    expect(redact('said: correct')).toBe('said: correct');
    expect(redact('said: correct battery ho and more')).toBe('said: correct battery ho and more');
  });

  it('that begins like another one is told apart', () => {
    new Secret('swordfish');
    new Secret('swordfish-and-chips');
    expect(redact('swordfish-and-chips, swordfish, swordfi, sswordfish')).toBe(
      '********, ********, swordfi, s********',
    );
  });

  it('takes no longer to find among thousands that begin alike', () => {
    const url = (name: string) => `postgres://${name}:x@db.example/main`;
    const begin = performance.now();
    for (let index = 0; index < 2000; index++) {
      new Secret(url(`user-${index}`));
      expect(redact(`host ${index} has ${url(`user-${index}`)}`)).toBe(`host ${index} has ********`);
    }
    const harmless = `the server is ${url('nobody')}\n`.repeat(10_000);
    expect(redact(harmless)).toBe(harmless);
    // A tenth of a second; one by one it was minutes.
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('keeps its own type for computing', () => {
    expect(new Secret(8443).content).toBe(8443);
    expect(new Secret(8443).reveal()).toBe('8443');
    expect(new Secret(new Float(8)).reveal()).toBe('8.0');
  });
});

describe('what is masked of a secret', () => {
  it('is the whole run of base64 around it, also where lines are broken', () => {
    new Secret('a key of some length, longer than one line of base64 can be, which is not much, though');
    const mixed = Buffer.from(
      'user:a key of some length, longer than one line of base64 can be, which is not much, though;x',
    );
    expect(redact(`got ${mixed.toString('base64')} there`)).toBe('got ******** there');
    const lines = mixed.toString('base64').replace(/.{64}/g, '$&\n');
    expect(redact(lines)).toMatch(/^\*+\n\*+$/);
  });

  it('are no lines without letters or digits', () => {
    new Secret('---\nkey: Value-8123\n}\n===');
    expect(redact('--- before\nkey: Value-8123\n}\n===')).toBe('--- before\n********\n}\n===');
  });

  it.each(['true', 'No', 'changed', 'null'])('is not the word %s in every text', word => {
    const secret = new Secret(word);
    expect(redact(`it is ${word}`)).toBe(`it is ${word}`);
    expect(String(secret)).toBe('********');
  });
});
