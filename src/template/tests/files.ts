import {
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../grammar/fault.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import { type Test, type TestTable, test } from './test.ts';

const file = ofPath(path => stat(path)?.isFile() ?? false);
const directory = ofPath(path => stat(path)?.isDirectory() ?? false);
const link = ofPath(path => lstat(path)?.isSymbolicLink() ?? false);
const absolute = ofPath(path => path.startsWith('/'));
const mount = ofPath(path => {
  const own = lstat(path);
  if (!own || own.isSymbolicLink()) return false;
  const above = statSync(join(realpathSync(path), '..'));
  return own.dev !== above.dev || own.ino === above.ino;
});
const same = test('f1, f2', ([path, other]) => {
  const [a, b] = [existing(path), existing(other)];
  return a.dev === b.dev && a.ino === b.ino;
});

/** Ansible's tests of the controller's files. */
export const fileTests: TestTable = {
  file,
  is_file: file,
  directory,
  is_dir: directory,
  link,
  is_link: link,
  abs: absolute,
  is_abs: absolute,
  exists: ofPath(path => existsSync(path)),
  link_exists: ofPath(path => lstat(path) !== undefined),
  mount,
  is_mount: mount,
  same_file: same,
  is_same_file: same,
  vaulted_file: ofPath(path => VAULT.test(beginning(path))),
};

const VAULT = /^\$(ANSIBLE|TSIBLE)_VAULT;/;

function beginning(path: string): string {
  existing(path);
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(32);
    return bytes.toString('latin1', 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function ofPath(check: (path: string) => boolean): Test {
  return test('path', ([path]) => check(pathOf(path)));
}

function pathOf(value: unknown): string {
  if (typeof value !== 'string') throw new Fault(`a path must be text, not ${pythonType(value)}`);
  return value;
}

function existing(path: unknown): Stats {
  const found = stat(pathOf(path));
  if (!found) throw new Fault(`there is no file '${toText(path)}'`);
  return found;
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function lstat(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
