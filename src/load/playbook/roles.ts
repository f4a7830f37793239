import { UserError } from '../../core/error.ts';
import {
  type Block,
  type Directives,
  type Play,
  type RoleUse,
  roleOf,
  type Step,
  type Text,
} from '../../core/play.ts';
import { type Position, positionOf } from '../../core/position.ts';
import { revealed } from '../../core/secret.ts';
import { isDict, type Raw, type RawDict, TemplateText, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { text } from './attributes.ts';
import { makeBlock } from './block.ts';
import type { Scene } from './context.ts';
import { placeOf, readDirectives } from './directives.ts';
import { staticText } from './imports.ts';
import { isKeyword, unknownKeyword } from './keywords.ts';
import { loadRoleMeta, loadRoleVars, requiredRoleFile } from './role-content.ts';
import { type FoundRole, findRole } from './role-search.ts';
import { readTaskFile } from './task-file.ts';

/** Which role is used, and how. */
export interface RoleSpec {
  readonly name: string;
  readonly position: Position;
  readonly params: RawDict;
  readonly tasksFrom?: string | undefined;
  readonly varsFrom?: string | undefined;
  readonly defaultsFrom?: string | undefined;
  readonly handlersFrom?: string | undefined;
  /** By include_role or import_role rather than by `roles:` or a dependency. */
  readonly included: boolean;
  readonly public: boolean;
  /** Undefined: as the role's own meta says. */
  readonly allowDuplicates?: boolean | undefined;
}

/** The block that stands for one use of a role: first the roles it depends on, then its own tasks. */
export function useRole(
  spec: RoleSpec,
  head: Omit<Block, 'kind' | 'tasks' | 'rescue' | 'always'>,
  scene: Scene,
): Block {
  const parent = head.parent && roleOf(head.parent);
  const found = findRole(spec.name, spec.position, parent, scene);
  const meta = loadRoleMeta(found, scene.context);
  const handlers: Step[] = [];
  const use: RoleUse = {
    role: loadRoleVars(
      found,
      { vars: spec.varsFrom, defaults: spec.defaultsFrom },
      spec.position,
      scene.context,
    ),
    params: spec.params,
    parents: parent ? [parent, ...parent.parents] : [],
    included: spec.included,
    public: spec.public,
    handlers,
    key: identityOf(found, spec, head),
    allowDuplicates: spec.allowDuplicates ?? meta.allowDuplicates,
  };
  return makeBlock({ ...head, role: use }, block => {
    const tasks = requiredRoleFile(found, 'tasks', spec.tasksFrom, spec.position);
    const own = requiredRoleFile(found, 'handlers', spec.handlersFrom, spec.position);
    if (own !== undefined) {
      handlers.push(...readTaskFile(own, block, { ...scene, handlers: true, files: [] }, spec.position));
    }
    const before = meta.dependencies.map((item, i) => {
      return useDependency(item, positionOf(meta.dependencies, i) ?? spec.position, block, use, scene);
    });
    const inRole = { ...scene, handlers: false };
    return {
      tasks: [...before, ...(tasks === undefined ? [] : readTaskFile(tasks, block, inRole, spec.position))],
    };
  });
}

/** An entry of a play's `roles:`, or of a role's dependencies: a name, or a mapping with keywords and parameters. */
export function readRoleEntry(entry: Raw, position: Position, parent: Block | Play, scene: Scene): Block {
  const item = revealed(entry);
  if (typeof item === 'string' || item instanceof TemplateText) {
    return useRole(plainUse(item, position, new Map(), parent, scene), { position, parent }, scene);
  }
  if (!isDict(item)) {
    throw new UserError(`a role is given by its name or as a mapping, not ${typeName(item)}`, { position });
  }
  const data = item as RawDict;
  const key = ['role', 'name', 'src'].find(name => data.has(name));
  const name = key === undefined ? undefined : text(data, key);
  if (name === undefined) {
    throw new UserError('this entry does not say which role', { position, hint: 'name it as "role: users"' });
  }
  const head: Directives = { ...readDirectives(data, parent, scene.context) };
  const params = new Map([...data].filter(([word]) => !isEntryWord(word)));
  for (const param of params.keys()) if (typeof param !== 'string') throw unknownKeyword(data, param, 'role');
  const loop = [...params.keys()].find(word => word === 'loop' || String(word).startsWith('with_'));
  if (loop !== undefined) {
    throw new UserError('a role of "roles:" cannot be looped', {
      position: keyPosition(data, loop),
      hint: 'use include_role with a loop, among the tasks',
    });
  }
  const { name: _, ...unnamed } = head;
  return useRole(
    plainUse(name, positionOf(data, key) ?? placeOf(data), params, parent, scene),
    unnamed,
    scene,
  );
}

/** Words of an entry that are no parameters of the role. */
function isEntryWord(word: unknown): boolean {
  return typeof word === 'string' && (isKeyword(word, 'role') || ['src', 'version', 'scm'].includes(word));
}

function plainUse(
  name: Text,
  position: Position,
  params: RawDict,
  parent: Block | Play,
  scene: Scene,
): RoleSpec {
  return {
    name: staticText(name, 'role', { position, parent }, scene),
    position,
    params,
    included: false,
    public: true,
  };
}

function useDependency(entry: Raw, position: Position, block: Block, use: RoleUse, scene: Scene): Block {
  const item = revealed(entry);
  const chain = [use, ...use.parents].map(each => each.role);
  const name =
    typeof item === 'string'
      ? item
      : isDict(item)
        ? revealed((item as RawDict).get('role') ?? (item as RawDict).get('name'))
        : undefined;
  if (typeof name === 'string') {
    const { path } = findRole(name, position, use, scene);
    if (chain.some(role => role.path === path)) {
      const names = [...chain.map(role => role.name).reverse(), name];
      throw new UserError(`the roles depend on each other in a circle: ${names.join(' > ')}`, {
        position,
        hint: 'remove one of these dependencies',
      });
    }
  }
  return readRoleEntry(item, position, block, scene);
}

/** The same for uses that Ansible counts as one: same role, parameters, conditions, tags and files. */
function identityOf(found: FoundRole, spec: RoleSpec, head: Directives): string {
  const parts = [
    found.path,
    spec.params,
    head.vars ?? null,
    head.when ?? null,
    head.tags ?? null,
    [spec.tasksFrom ?? null, spec.varsFrom ?? null, spec.defaultsFrom ?? null, spec.handlersFrom ?? null],
    spec.included,
  ];
  return JSON.stringify(parts, (_, value: unknown) => {
    if (value instanceof Map) return [...value];
    if (value instanceof TemplateText) return { template: value.text };
    return typeof value === 'bigint' ? String(value) : value;
  });
}
