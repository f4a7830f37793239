import { expect, it } from 'vitest';
import { UserError } from '../../src/core/error.ts';
import { fromJson, type Value } from '../../src/core/value.ts';
import type { AnyState, ModuleContext } from '../../src/modules/define.ts';
import type { Edited } from '../../src/modules/edit-file.ts';
import { Failure } from '../../src/modules/failure.ts';
import { findModule } from '../../src/modules/index.ts';
import { contentOf, type Directory, type RegularFile } from '../../src/modules/kinds/file.ts';
import { readParameters } from '../../src/modules/parameters.ts';
import { readVectors } from './vectors.ts';

/** Answers of ansible-core 2.14: arguments, the file's bytes, what they become (null: it fails), the message. */
type Vector = [args: Record<string, unknown>, before: string, after: string | null, message: string];

it.each(['lineinfile', 'blockinfile', 'replace', 'ini_file'])('%s gives what the original gives', name => {
  const vectors = readVectors<Vector>(name);
  const wrong = vectors.flatMap(([args, before, after, message]) => {
    const got = edited(name, args, before);
    const same = got.after === after && (after === null || got.message === message);
    // What the original says of a section that does not match goes on with the pattern.
    const longer = message.startsWith(got.message) && got.message.startsWith('Pattern for');
    return same || (got.after === after && longer) ? [] : [{ args, before, after, message, got }];
  });
  expect([wrong.length, wrong.slice(0, 3)]).toEqual([0, []]);
});

function edited(
  name: string,
  args: Record<string, unknown>,
  before: string,
): { after: string | null; message: string } {
  const module = findModule(name) as AnyState;
  const given = new Map<Value, Value>(
    Object.entries({ ...args, path: '/f' }).map(([k, v]) => [k, fromJson(v)]),
  );
  try {
    const { values } = readParameters(name, module.parameters, module.constraints ?? [], given, new Map());
    const { targets, message } = module.want(fileWith(before), values, {} as ModuleContext);
    const [difference] = targets.flatMap(target => target.differences());
    if (difference?.type !== 'text') return { after: before, message: message ?? '' };
    return { after: Buffer.from(difference.after ?? '').toString('latin1'), message: message ?? '' };
  } catch (error) {
    if (error instanceof UserError || error instanceof Failure)
      return { after: null, message: error.message };
    throw error;
  }
}

function fileWith(text: string): Edited {
  const bytes = Buffer.from(text, 'latin1');
  const attributes = { mode: 0o644, uid: 0, gid: 0, owner: 'root', group: 'root' };
  const before: RegularFile = { type: 'file', ...attributes, size: bytes.length, content: contentOf(bytes) };
  const parent: Directory = { type: 'directory', ...attributes };
  return { path: '/f', before, bytes, parent, missing: [], owners: {}, backupName: '/f~' };
}
