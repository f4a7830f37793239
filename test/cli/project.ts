import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type Ran, type RunSettings, tsible } from './run.ts';

/** A folder in which tsible is run, and gone after each test. */
export interface Project {
  /** The path of a file in it, or its own. */
  at(name?: string): string;
  file(name: string, content: string | Uint8Array, mode?: number): void;
  read(name: string): string;
  tsible(args: readonly string[], settings?: RunSettings): Promise<Ran>;
  vault(args: readonly string[], settings?: RunSettings): Promise<Ran>;
}

/** @param files what is there when a test begins */
export function newProject(files: Readonly<Record<string, string>> = {}): Project {
  let folder = '';
  const at = (name = '') => join(folder, name);
  const file = (name: string, content: string | Uint8Array, mode = 0o644) => {
    mkdirSync(dirname(at(name)), { recursive: true });
    writeFileSync(at(name), content);
    chmodSync(at(name), mode);
  };
  const run = (args: readonly string[], settings?: RunSettings) => tsible(args, { cwd: folder, ...settings });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tsible-test-'));
    for (const [name, content] of Object.entries(files)) file(name, content);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return {
    at,
    file,
    read: name => readFileSync(at(name), 'utf8'),
    tsible: run,
    vault: (args, settings) => run(['vault', ...args], settings),
  };
}
