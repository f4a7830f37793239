import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Role } from '../../core/play.ts';
import type { Position } from '../../core/position.ts';
import { positionOf } from '../../core/position.ts';
import { isDict, isList, type Raw, type RawDict, typeName, type Value } from '../../core/value.ts';
import type { LoadContext } from '../context.ts';
import { displayPath, isFile } from '../files.ts';
import { findVarsFiles, loadVarsFile } from '../vars-files.ts';
import { loadYamlFile } from '../yaml/parse.ts';
import { get, yesNo } from './attributes.ts';
import type { FoundRole } from './role-search.ts';

export interface RoleMeta {
  readonly dependencies: readonly Raw[];
  readonly allowDuplicates: boolean;
}

/** Each role's variables are read once in a run, however often it is used. */
const known = new WeakMap<LoadContext, Map<string, Role>>();

export function loadRoleVars(
  found: FoundRole,
  from: { vars?: string | undefined; defaults?: string | undefined },
  at: Position,
  context: LoadContext,
): Role {
  const roles = known.get(context) ?? new Map<string, Role>();
  known.set(context, roles);
  const key = JSON.stringify([found.path, found.name, from.vars, from.defaults]);
  let role = roles.get(key);
  if (!role) {
    role = {
      ...found,
      defaults: variablesIn(found, 'defaults', from.defaults, at, context),
      vars: variablesIn(found, 'vars', from.vars, at, context),
    };
    roles.set(key, role);
  }
  return role;
}

/** `meta/main.yml`. */
export function loadRoleMeta(found: FoundRole, context: LoadContext): RoleMeta {
  const file = roleFile(found, 'meta', undefined);
  const loaded = file === undefined ? null : loadYamlFile(file, context);
  const data = loaded?.documents[0] ?? null;
  if (data === null) return { dependencies: [], allowDuplicates: false };
  if (!isDict(data)) {
    throw new UserError(`meta/main.yml of a role must hold a mapping, not ${typeName(data)}`, {
      position: { source: loaded!.source, line: 1, column: 1 },
    });
  }
  const meta = data as RawDict;
  const dependencies = get(meta, 'dependencies') ?? [];
  if (!isList(dependencies)) {
    throw new UserError('"dependencies" of a role must be a list of roles', {
      position: positionOf(meta, 'dependencies'),
    });
  }
  return { dependencies, allowDuplicates: yesNo(meta, 'allow_duplicates') === true };
}

/** The file of a role's `tasks/`, `handlers/` or `meta/`: `main`, or the one that was asked for. */
export function roleFile(found: FoundRole, kind: string, from: string | undefined): string | undefined {
  const endings = from === undefined ? ['.yml', '.yaml', '.json', ''] : ['', '.yml', '.yaml', '.json'];
  return endings.map(ending => path.join(found.path, kind, (from ?? 'main') + ending)).find(isFile);
}

/** The same, where not finding the one that was asked for is an error. */
export function requiredRoleFile(
  found: FoundRole,
  kind: string,
  from: string | undefined,
  at: Position,
): string | undefined {
  const file = roleFile(found, kind, from);
  if (file === undefined && from !== undefined) throw missing(found, kind, from, at);
  return file;
}

function variablesIn(
  found: FoundRole,
  kind: 'defaults' | 'vars',
  from: string | undefined,
  at: Position,
  context: LoadContext,
): RawDict {
  const endings = from === undefined ? ['.yml', '.yaml', '.json', ''] : ['', '.yml', '.yaml', '.json'];
  const files = findVarsFiles(path.join(found.path, kind), from ?? 'main', endings);
  if (files.length === 0 && from !== undefined) throw missing(found, kind, from, at);
  const [only, ...more] = files.map(file => loadVarsFile(file, context) ?? new Map<Value, Raw>());
  if (!only || more.length === 0) return only ?? new Map();
  return new Map([only, ...more].flatMap(vars => [...vars]));
}

function missing(found: FoundRole, kind: string, from: string, at: Position): UserError {
  return new UserError(`the role "${found.name}" has no ${kind}/${from}`, {
    position: at,
    hint: `looked in ${displayPath(path.join(found.path, kind))}`,
  });
}
