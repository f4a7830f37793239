import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '../../src/core/error.ts';
import { Source } from '../../src/core/position.ts';
import { TemplateText, type Value } from '../../src/core/value.ts';
import type { LocalFiles, ModuleContext } from '../../src/modules/define.ts';
import type { Case, CaseTask } from './case.ts';

const folders: string[] = [];
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** What a module sees of the controller in one case: the case's files in a folder of their own. */
export function contextsOf(testCase: Case): (task: CaseTask, check: boolean) => ModuleContext {
  const folder = mkdtempSync(join(tmpdir(), 'tsible-case-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(testCase.files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const local = localFiles(folder);
  return (task, check) => ({
    check,
    local,
    render: (template, _options, extra) => fillIn(template, new Map([...testCase.vars, ...(extra ?? [])])),
    positionOf: () => undefined,
    environment: task.environment,
  });
}

function localFiles(folder: string): LocalFiles {
  const look = (path: string) => statSync(path, { throwIfNoEntry: false });
  return {
    find(name, kind) {
      const candidates = [join(folder, kind, name), join(folder, name), name];
      const found = candidates.find(candidate => look(candidate) !== undefined);
      if (found === undefined) throw new UserError(`there is no file "${name}" in ${kind}/`);
      return found;
    },
    read: (path, _decrypt) => ({ content: readFileSync(path), secret: false }),
    template(path) {
      const text = readFileSync(path, 'utf8');
      return new TemplateText(text, { source: new Source(path, text), line: 1, column: 1 });
    },
    stat(path) {
      const stat = look(path);
      return stat
        ? { directory: stat.isDirectory(), mode: stat.mode & 0o7777, size: stat.size, mtime: stat.mtimeMs }
        : null;
    },
    walk: path => walk(path, ''),
  };
}

function walk(root: string, below: string): ReturnType<LocalFiles['walk']> {
  return readdirSync(join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(entry => {
      const path = join(below, entry.name);
      if (entry.isDirectory()) return [{ path, directory: true }, ...walk(root, path)];
      const link = entry.isSymbolicLink() ? { link: readlinkSync(join(root, path)) } : {};
      return [{ path, directory: false, ...link }];
    });
}

/** The template engine has tests of its own: here a name in braces is enough. */
function fillIn(template: TemplateText, vars: ReadonlyMap<string, Value>): string {
  return template.text.replace(/\{\{ *(\w+) *\}\}/g, (_, name: string) => String(vars.get(name)));
}
