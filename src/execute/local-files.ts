import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { UserError } from '../core/error.ts';
import { roleOf, type Step } from '../core/play.ts';
import { Source } from '../core/position.ts';
import type { Secret } from '../core/secret.ts';
import { withoutPieces } from '../core/secret-pieces.ts';
import { TemplateText } from '../core/value.ts';
import type { LocalFiles } from '../modules/define.ts';

/** Decrypts a file's bytes when they are a vault; gives back anything else as it is. */
export type FileOpener = (content: Buffer, path: string) => { content: Buffer | Secret; secret: boolean };

/**
 * The folders in which a task's relative names are looked for, in order: for each role it runs in, innermost
 * first, the role's folder; then the folder of the file the task stands in; then the playbook's.
 */
export function searchFolders(step: Step | undefined, playFolder: string): string[] {
  const folders: string[] = [];
  const use = step && roleOf(step);
  for (const role of use ? [use, ...use.parents] : []) folders.push(role.role.path);
  const file = step?.position.source.file;
  if (file && !file.startsWith('<')) folders.push(dirname(resolve(file)));
  folders.push(playFolder);
  return [...new Set(folders)];
}

/** Each folder with its subfolder for this kind of file in front of it. */
export function searchPath(folders: readonly string[], kind: 'files' | 'templates' | 'vars'): string[] {
  return folders.flatMap(folder => [join(folder, kind), folder]);
}

/** Files of the controller as one task sees them. */
export class TaskFiles implements LocalFiles {
  constructor(
    private readonly step: Step,
    private readonly playFolder: string,
    private readonly open: FileOpener,
  ) {}

  find(name: string, kind: 'files' | 'templates'): string {
    const expanded = name.replace(/^~(?=\/|$)/, homedir());
    const candidates = isAbsolute(expanded)
      ? [expanded]
      : searchPath(searchFolders(this.step, this.playFolder), kind).map(folder => join(folder, expanded));
    const found = candidates.find(path => this.stat(path) !== null);
    if (found !== undefined) return name.endsWith('/') ? `${found.replace(/\/+$/, '')}/` : found;
    throw withoutPieces(
      new UserError(`there is no file "${name}"`, {
        position: this.step.kind === 'task' ? this.step.args.position : this.step.position,
        hint: `looked for: ${candidates.map(path => relative(process.cwd(), path) || path).join(', ')}`,
      }),
      [name],
    );
  }

  read(path: string, decrypt = true): { content: Buffer; secret: boolean } {
    if (!decrypt) return { content: readFileSync(path), secret: false };
    const { content, secret } = this.open(readFileSync(path), path);
    return { content: Buffer.isBuffer(content) ? content : Buffer.from(content.reveal()), secret };
  }

  template(path: string): TemplateText {
    const { content, secret } = this.read(path);
    const text = content.toString('utf8');
    return new TemplateText(
      text,
      { source: new Source(relative(process.cwd(), path) || path, text, secret), line: 1, column: 1 },
      secret,
    );
  }

  stat(path: string): { directory: boolean; mode: number; size: number; mtime: number } | null {
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found) return null;
    return {
      directory: found.isDirectory(),
      mode: found.mode & 0o7777,
      size: found.size,
      mtime: found.mtimeMs,
    };
  }

  walk(folder: string): { path: string; directory: boolean; link?: string }[] {
    const found: { path: string; directory: boolean; link?: string }[] = [];
    const visit = (below: string): void => {
      for (const name of readdirSync(join(folder, below)).sort()) {
        const path = below === '' ? name : `${below}/${name}`;
        const full = join(folder, path);
        const link = lstatSync(full).isSymbolicLink() ? readlinkSync(full) : undefined;
        const directory = link === undefined && statSync(full).isDirectory();
        found.push(link === undefined ? { path, directory } : { path, directory, link });
        if (directory) visit(path);
      }
    };
    visit('');
    return found;
  }
}
