import { describe, expect, it } from 'vitest';
import { type KeyWish, parseKey, withKeys } from '../../src/modules/authorized-key/keys.ts';
import { Failure } from '../../src/modules/failure.ts';
import { readVectors } from './vectors.ts';

/** Answers of ansible.posix 1.5: arguments, the file, what it becomes. */
type Vector = [args: Partial<KeyWish> & { key: string }, before: string, after: string];

it('leaves in the file what the original leaves', () => {
  const vectors = readVectors<Vector>('authorized_key');
  // Lines that are not concerned stay as they are here; the original writes all of them anew.
  const meaning = (text: string) =>
    text
      .split('\n')
      .map(line => line.replace(/\s+/g, ' ').trim())
      .filter(line => line !== '');
  const wrong = vectors.flatMap(([args, before, after]) => {
    const got = withKeys(before, { state: 'present', exclusive: false, ...args, keys: args.key });
    const same = JSON.stringify(meaning(got)) === JSON.stringify(meaning(after));
    return same && (got === before) === (after === before) ? [] : [{ args, before, after, got }];
  });
  expect(wrong.slice(0, 3)).toEqual([]);
});

describe('a key line', () => {
  it('keeps options with blanks and commas in quotes', () => {
    const key = parseKey('command="a  b, \\"c\\"",no-pty ssh-rsa AAAA me and  you');
    expect(key).toEqual({
      blob: 'AAAA',
      type: 'ssh-rsa',
      options: [
        ['command', '"a  b, \\"c\\""'],
        ['no-pty', null],
      ],
      comment: 'me and you',
    });
  });

  it('is not found in a comment', () => {
    expect(parseKey('#no-pty ssh-rsa AAAA')).toBeUndefined();
  });

  it('is refused if it is none', () => {
    expect(() => withKeys('', { keys: 'ssh-rsa', state: 'present', exclusive: false })).toThrow(Failure);
  });
});
