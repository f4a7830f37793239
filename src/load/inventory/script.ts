import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { Source } from '../../core/position.ts';
import { isDict, isList, type Raw, type RawDict, typeName } from '../../core/value.ts';
import { displayPath } from '../files.ts';
import { parseYaml } from '../yaml/parse.ts';
import type { Draft } from './draft.ts';

/** Whether an inventory source is a program to be run: executable, and no text that merely has the bit set. */
export function isScript(file: string): boolean {
  const start = firstBytes(file);
  const program = start.startsWith('#!') || start.startsWith('\x7fELF');
  if (!program) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    throw new UserError(`the inventory ${displayPath(file)} is a script but not executable`, {
      hint: `chmod +x ${displayPath(file)}`,
    });
  }
}

/** Runs an inventory script with --list and reads its JSON into the draft. */
export function readScript(file: string, draft: Draft): void {
  const data = runScript(file, ['--list'], draft);
  let meta: RawDict | undefined;
  for (const [name, group] of data) {
    if (name === '_meta') meta = asDict(group, `${displayPath(file)}: _meta`);
    else readGroup(String(name), group, file, draft);
  }
  const hostvars = meta?.get('hostvars');
  const known = hostvars === undefined ? undefined : asDict(hostvars, `${displayPath(file)}: _meta.hostvars`);
  for (const host of draft.hosts.values()) {
    if (host.file !== file) continue;
    // Without _meta every host is asked for, one run each.
    const vars = known ? known.get(host.name) : runScript(file, ['--host', host.name], draft);
    if (vars !== undefined && vars !== null) {
      host.layers.push({
        origin: displayPath(file),
        vars: asDict(vars, `${displayPath(file)}: variables of ${host.name}`),
      });
    }
  }
}

function readGroup(name: string, group: Raw, file: string, draft: Draft): void {
  const origin = displayPath(file);
  draft.group(name);
  if (isList(group)) {
    for (const host of group as readonly Raw[]) draft.addHost(String(host), name, { file });
    return;
  }
  const body = asDict(group, `${origin}: the group ${name}`);
  const known = ['hosts', 'vars', 'children'];
  if (![...body.keys()].some(key => known.includes(String(key)))) {
    // The oldest form: a group of one host, the host's variables in its place.
    draft.addHost(name, name, { file }).layers.push({ origin, vars: body });
    return;
  }
  for (const host of asList(body.get('hosts'), `${origin}: hosts of ${name}`))
    draft.addHost(String(host), name, { file });
  const vars = body.get('vars');
  if (vars)
    draft.addGroupVars(name, {
      origin: `${origin} [${name}]`,
      vars: asDict(vars, `${origin}: vars of ${name}`),
    });
  for (const child of asList(body.get('children'), `${origin}: children of ${name}`))
    draft.addChild(name, String(child));
}

function runScript(file: string, args: readonly string[], draft: Draft): RawDict {
  const shown = `${displayPath(file)} ${args.join(' ')}`;
  const run = spawnSync(file, args, { encoding: 'utf8', cwd: path.dirname(file), maxBuffer: 1 << 30 });
  if (run.error)
    throw new UserError(`cannot run the inventory script ${shown}: ${run.error.message}`, {
      cause: run.error,
    });
  if (run.status !== 0) {
    throw new UserError(
      `the inventory script ${shown} ended with status ${run.status ?? run.signal}: ${run.stderr.trim()}`,
    );
  }
  if (run.stderr.trim()) draft.context.warn(`${shown}: ${run.stderr.trim()}`);
  const data = parseYaml(new Source(`<${shown}>`, run.stdout), draft.context)[0] ?? new Map();
  return asDict(data, `the output of ${shown}`);
}

function asDict(value: Raw, what: string): RawDict {
  if (isDict(value)) return value as RawDict;
  throw new UserError(`${what} must be a mapping, not ${typeName(value)}`);
}

function asList(value: Raw | undefined, what: string): readonly Raw[] {
  if (value === undefined || value === null) return [];
  if (isList(value)) return value;
  throw new UserError(`${what} must be a list, not ${typeName(value)}`);
}

function firstBytes(file: string): string {
  const handle = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(4);
    return buffer.toString('latin1', 0, readSync(handle, buffer));
  } finally {
    closeSync(handle);
  }
}
