import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { toText } from '../python/print.ts';
import { type Test, type TestTable, test } from './test.ts';

const file = ofPath(path => stat(path)?.isFile() ?? false);
const directory = ofPath(path => stat(path)?.isDirectory() ?? false);
const link = ofPath(path => lstat(path)?.isSymbolicLink() ?? false);
const absolute = ofPath(path => path.startsWith('/'));
const mount = ofPath(path => stat(path)?.dev !== stat(dirname(path))?.dev || path === '/');
const same = test('path, other', ([path, other]) => {
  const [a, b] = [toText(path), toText(other)];
  return existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);
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
};

function ofPath(check: (path: string) => boolean): Test {
  return test('path', ([path]) => check(toText(path)));
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}

function lstat(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}
