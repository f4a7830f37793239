import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { beginningOf, takenApart } from '../../src/core/known-secrets.ts';
import { redact, Secret } from '../../src/core/secret.ts';
import { madeOf, partsOf, withoutPieces } from '../../src/core/secret-pieces.ts';

describe('a secret is masked', () => {
  it.each([
    ['with colours in it', 'UwZkqLmPt8', 'a UwZk\x1b[01;31mqLm\x1b[mPt8 b', 'a ******** b'],
    ['with its spaces folded', 'pElikan  Otter\tIgel', 'a pElikan Otter Igel b', 'a ******** b'],
    ['as a path made shorter', '/srv//geHeim/./x7/', 'a /srv/geHeim/x7/ b', 'a ******** b'],
    [
      'with what Python does not print',
      'kRam\u00a0sUch\u200bDing',
      "a 'kRam\\xa0sUch\\u200bDing' b",
      "a '********' b",
    ],
  ])('%s', (_how, secret, output, shown) => {
    new Secret(secret);
    expect(redact(output)).toBe(shown);
  });

  it('before a text is cut', () => {
    new Secret('a-longish-secret-of-its-own');
    expect(beginningOf('it is a-longish-secret-of-its-own and more', 16)).toBe('it is ******** a…');
    expect(beginningOf('short', 16)).toBe('short');
  });

  it('alone, where it was joined with other text', () => {
    new Secret('Joined-Secret-11');
    const joined = new Secret('listen 80;\npassword Joined-Secret-11;\n', true);
    expect(redact('listen 80;\npassword Joined-Secret-11;\n')).toBe('listen 80;\npassword ********;\n');
    expect(`${joined}`).toBe('********');
  });

  it('as a whole, where what was joined is too short to be found', () => {
    new Secret('x7');
    new Secret('pin: x7', true);
    expect(redact('the pin: x7')).toBe('the ********');
  });
});

describe('the pieces of a secret', () => {
  it('are secrets where it was taken apart', () => {
    new Secret('first-Part,second-Part,sm');
    expect(partsOf('x,first-Part,second-Part,sm', ',')).toEqual(['x', 'first-Part', 'second-Part', 'sm']);
    expect(redact('x: first-Part second-Part sm')).toBe('x: ******** ******** sm');
  });

  it('are none where it stays whole', () => {
    new Secret('whole Token here');
    takenApart('say "whole Token here" now', [
      { start: 0, end: 3 },
      { start: 4, end: 22 },
    ]);
    expect(redact('whole, Token, here')).toBe('whole, Token, here');
  });

  it('are secrets also when a name is made of it', () => {
    new Secret('a Name with Spaces');
    expect(madeOf('a Name with Spaces', text => text.replaceAll(' ', '-'))).toBe('a-Name-with-Spaces');
    expect(redact('group a-Name-with-Spaces')).toBe('group ********');
  });

  const about = (message: string, ...values: unknown[]) =>
    withoutPieces(new UserError(message, { hint: `not ${message}` }), values);

  it('are not in messages about it', () => {
    const { message, hint } = about("'fOlderOne' is no duration", new Secret('fOlderOne fOlderTwo'));
    expect(message).toBe("'********' is no duration");
    expect(hint).toBe("not '********' is no duration");
  });

  it.each([
    ['in small letters', 'no byte: cAseDhere'.toLowerCase(), new Secret('x:cAseDhere')],
    ['of what a host said', 'no byte: cAseDhere', 'said x:cAseDhere'],
    ['within lists and mappings', 'no byte: cAseDhere', [new Map([['k', [new Secret('x:cAseDhere')]]])]],
  ])('are not in messages about it: %s', (_how, message, value) => {
    expect(about(message, value).message).toBe('no byte: ********');
  });

  it('that are common words stay', () => {
    expect(about('wrong password', new Secret('wrong horse')).message).toBe('wrong password');
  });

  it('are looked for also in what holds itself', () => {
    const endless: unknown[] = [new Secret('qWertZuiop')];
    endless.push(endless);
    expect(about('it is qWertZ', endless).message).toBe('it is ********');
  });
});
