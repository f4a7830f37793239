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

  it('keeps its own type for computing', () => {
    expect(new Secret(8443).content).toBe(8443);
    expect(new Secret(8443).reveal()).toBe('8443');
    expect(new Secret(new Float(8)).reveal()).toBe('8.0');
  });
});
