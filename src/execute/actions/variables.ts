import { readdirSync, statSync } from 'node:fs';
import { basename, extname, isAbsolute, join } from 'node:path';
import { UserError } from '../../core/error.ts';
import { matchPatiently, PatternTooSlow } from '../../core/patience.ts';
import type { Task } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { pythonRegex, RegexError } from '../../core/python-regex.ts';
import {
  type Dict,
  isDict,
  type Raw,
  type RawDict,
  TemplateText,
  UnknownValue,
  type Value,
} from '../../core/value.ts';
import { each, mutuallyExclusive, oneOf, t } from '../../modules/parameters.ts';
import type { Templar } from '../../template/types.ts';
import { searchFolders, searchPath } from '../local-files.ts';
import { plainText } from '../plain-text.ts';
import { done, failed } from '../result.ts';
import { type ActionContext, action } from './action.ts';

export const setFact = action({
  names: ['set_fact', 'ansible.builtin.set_fact'],
  summary: 'Set variables for a host',
  parameters: { cacheable: t.bool({ default: false, doc: 'Also remember it as a fact.' }) },
  open: true,
  run({ cacheable }, { recipients, templar, rest, play, task }) {
    if (rest.size === 0)
      return failed('set_fact was given no variable to set', { position: task.args.position });
    const set = new Map<string, Value>();
    for (const [written, raw] of rest) {
      const name = nameOf(written, task, templar);
      if (!/^[A-Za-z_]\w*$/.test(name)) {
        throw new UserError(`"${name}" is not a valid variable name`, {
          position: play.positionIn(task.args.named, written),
          hint: 'names are made of letters, digits and underscores and do not begin with a digit',
        });
      }
      // As a mapping's value, so that `omit` leaves nothing.
      const value = (templar.render(new Map([[name, raw]])) as Dict).get(name);
      if (value !== undefined) set.set(name, value);
    }
    for (const host of recipients) {
      for (const [name, value] of set) host.assign(name, value);
      if (cacheable) host.learn(set);
    }
    return done('ok', { ansible_facts: set });
  },
});

/** Names may be templates, where they stand in the playbook and did not come out of a template themselves. */
function nameOf(written: string, task: Task, templar: Templar): string {
  if (!written.includes('{{') || !task.args.named.has(written)) return written;
  const position = positionOf(task.args.named, written) ?? task.args.position;
  return plainText(templar.render(new TemplateText(written, position)));
}

export const includeVars = action({
  names: ['include_vars', 'ansible.builtin.include_vars'],
  summary: 'Load variables from files while running',
  parameters: {
    file: t.str({ doc: 'A file, looked for in vars/ of the role and beside the task.' }),
    dir: t.str({ doc: 'A folder whose files are all loaded.' }),
    name: t.str({ doc: 'Put everything into one variable of this name.' }),
    depth: t.int({ default: 0, doc: 'Levels of subfolders; 0 is all.' }),
    files_matching: t.str({ doc: 'Only files whose name matches this regular expression.' }),
    ignore_files: t.list(each.str)({ doc: 'Names to leave out.' }),
    extensions: t.list(each.str)({ default: ['json', 'yaml', 'yml'] }),
    ignore_unknown_extensions: t.bool({ default: false }),
    hash_behaviour: t.choice(['replace', 'merge'])({ doc: 'merge: mappings are merged with what is there.' }),
  },
  constraints: [mutuallyExclusive('file', 'dir'), oneOf('file', 'dir')],
  freeForm: 'file',
  async run(p, at) {
    const paths = p.dir === undefined ? [find(p.file!, at)] : filesBelow(find(p.dir, at), p, at);
    const loaded = new Map<Value, Raw>();
    for (const path of paths) {
      const content = at.play.run.loadVars(path);
      for (const [name, value] of content) loaded.set(name, value);
    }
    const vars: RawDict = p.name === undefined ? loaded : new Map([[p.name, loaded as Raw]]);
    const known = at.play.scope(at.host, at.task);
    const given = p.hash_behaviour === 'merge' ? mergeInto(name => known.get(name), vars) : vars;
    for (const host of at.recipients) host.include(given);
    const seen = at.task.register === undefined ? {} : { ansible_facts: renderedOrNone(at, given) };
    return done('ok', { ...seen, ansible_included_var_files: paths });
  },
});

/** For `register`; what cannot be rendered yet is left out. */
function renderedOrNone({ templar }: ActionContext, vars: RawDict): Dict {
  const rendered = new Map<Value, Value>();
  for (const [name, raw] of vars) {
    try {
      rendered.set(name, templar.render(raw));
    } catch (error) {
      if (!(error instanceof UserError || error instanceof UnknownValue)) throw error;
    }
  }
  return rendered;
}

function find(name: string, { task, play }: ActionContext): string {
  if (isAbsolute(name)) {
    if (statSync(name, { throwIfNoEntry: false })) return name;
  }
  const candidates = searchPath(searchFolders(task, play.play.folder), 'vars').map(folder =>
    join(folder, name),
  );
  const found = candidates.find(path => statSync(path, { throwIfNoEntry: false }));
  if (found) return found;
  throw new UserError(`there is no file "${name}"`, {
    position: task.args.position,
    hint: `looked for: ${candidates.join(', ')}`,
  });
}

function filesBelow(
  folder: string,
  p: {
    depth: number;
    files_matching: string | undefined;
    ignore_files: readonly string[] | undefined;
    extensions: readonly string[];
    ignore_unknown_extensions: boolean;
  },
  { task }: ActionContext,
  level = 1,
): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (p.depth === 0 || level < p.depth)
        found.push(...filesBelow(path, p, { task } as ActionContext, level + 1));
      continue;
    }
    if (p.ignore_files?.includes(basename(path))) continue;
    if (p.files_matching !== undefined && !matches(p.files_matching, entry.name, task)) continue;
    if (!p.extensions.includes(extname(path).slice(1))) {
      if (p.ignore_unknown_extensions) continue;
      throw new UserError(`${path} has none of the extensions ${p.extensions.join(', ')}`, {
        position: task.args.position,
        hint: 'set ignore_unknown_extensions: true to leave such files out',
      });
    }
    found.push(path);
  }
  return found;
}

/** Mappings are merged with what is there, at any depth. */
function mergeInto(present: (name: string) => Raw | undefined, more: RawDict): RawDict {
  return new Map([...more].map(([name, value]) => [name, merged(present(name as string), value)]));
}

function merged(old: Raw | undefined, value: Raw): Raw {
  if (!isDict(old) || !isDict(value)) return value;
  const both = new Map<Value, Raw>(old as RawDict);
  for (const [key, more] of value as RawDict) both.set(key, merged(both.get(key), more));
  return both;
}

function matches(pattern: string, name: string, task: Task): boolean {
  try {
    const regex = pythonRegex(pattern);
    return matchPatiently(regex, name, () => name.search(regex) >= 0);
  } catch (error) {
    if (!(error instanceof RegexError || error instanceof PatternTooSlow)) throw error;
    throw new UserError(error.message, { position: positionOf(task.args.named, 'files_matching') });
  }
}
