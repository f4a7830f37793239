import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';

/** Makes every test of a file run in an empty folder of its own; `write` lays files there. */
export function inOwnFolder(): { write(files: Record<string, string>): void } {
  const before = process.cwd();
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'load-'));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });
  return {
    write: files => {
      for (const [name, text] of Object.entries(files)) {
        mkdirSync(path.dirname(name), { recursive: true });
        writeFileSync(name, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
      }
    },
  };
}
