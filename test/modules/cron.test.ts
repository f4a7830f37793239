import { expect, it } from 'vitest';
import { fromJson, type Value } from '../../src/core/value.ts';
import { cron } from '../../src/modules/cron/module.ts';
import type { ModuleContext } from '../../src/modules/define.ts';
import { Failure } from '../../src/modules/failure.ts';
import { contentOf, type Directory, type RegularFile } from '../../src/modules/kinds/file.ts';
import { readParameters } from '../../src/modules/parameters.ts';
import { readVectors } from './vectors.ts';

/**
 * Answers of ansible-core 2.14: arguments, the cron_file, what it becomes (null: it fails, or the file goes),
 * and of the result: changed, jobs, envs.
 */
type Vector = [
  args: Record<string, unknown>,
  before: string,
  after: string | null,
  changed: boolean | null,
  jobs: string[] | null,
  envs: string[] | null,
];

it('edits a table as the original does', () => {
  const vectors = readVectors<Vector>('cron');
  const wrong = vectors.flatMap(([args, before, after, changed, jobs, envs]) => {
    const got = edited(args, before);
    const same =
      JSON.stringify(got) === JSON.stringify({ after, changed, jobs, envs }) ||
      // A file of nothing is removed, and the original then says no more.
      (after === null && got.after === null && got.changed === changed);
    return same ? [] : [{ args, before, expected: { after, changed, jobs, envs }, got }];
  });
  expect([wrong.length, wrong.slice(0, 3)]).toEqual([0, []]);
});

function edited(args: Record<string, unknown>, before: string) {
  const given = new Map<Value, Value>(
    Object.entries({ ...args, cron_file: '/f' }).map(([k, v]) => [k, fromJson(v)]),
  );
  const { values } = readParameters('cron', cron.parameters, cron.constraints ?? [], given, new Map());
  const bytes = Buffer.from(before);
  const attributes = { mode: 0o644, uid: 0, gid: 0, owner: 'root', group: 'root' };
  const state: RegularFile = { type: 'file', ...attributes, size: bytes.length, content: contentOf(bytes) };
  const parent: Directory = { type: 'directory', ...attributes };
  const file = { path: '/f', before: state, bytes, parent, missing: [], owners: {}, backupName: '/f~' };
  try {
    const { targets, result } = cron.want(
      { file, text: before, backup: undefined },
      values,
      {} as ModuleContext,
    );
    const differences = targets.flatMap(target => target.differences());
    const [difference] = differences;
    const after =
      difference === undefined
        ? before
        : difference.type === 'text'
          ? difference.after
          : (null as string | null);
    return { after, changed: differences.length > 0, jobs: result?.jobs, envs: result?.envs };
  } catch (error) {
    if (error instanceof Failure) return { after: null, changed: null, jobs: null, envs: null };
    throw error;
  }
}
