import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { realFiles, renderRealFile } from './real-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'tsible-files-'));
const files = await realFiles(folder);
afterAll(() => rmSync(folder, { recursive: true }));

describe('whole files are byte for byte what ansible-core makes of them', () => {
  for (const file of files) {
    test(`${file.name}, ${file.way}`, () => {
      expect(renderRealFile(file, folder)).toBe(readFileSync(file.expected, 'utf8'));
    });
  }
});
