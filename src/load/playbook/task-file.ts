import path from 'node:path';
import { UserError } from '../../core/error.ts';
import { type Block, levels, type Play, type RoleUse, roleOf, type Step } from '../../core/play.ts';
import type { Position } from '../../core/position.ts';
import { positionOf } from '../../core/position.ts';
import { withoutPieces } from '../../core/secret-pieces.ts';
import { isDict, isList, type Raw, typeName } from '../../core/value.ts';
import { displayPath, fileOf, isFile } from '../files.ts';
import { loadYamlFile } from '../yaml/parse.ts';
import type { Scene } from './context.ts';
import { readSteps } from './steps.ts';

/**
 * The file that an include or import names: beside the file that says it, then beside the files that pulled
 * that one in, then in the role's `tasks/` (`handlers/` for handlers), then beside the playbook.
 */
export function findTaskFile(
  name: string,
  at: { position: Position; parent?: Block | Play },
  scene: Scene,
): string {
  const candidates = [
    ...new Set(path.isAbsolute(name) ? [name] : folders(at, scene).map(folder => path.join(folder, name))),
  ];
  const found = candidates.find(isFile);
  if (found) return found;
  const withEnding = candidates.flatMap(file => ['.yml', '.yaml'].map(ending => file + ending)).find(isFile);
  throw withoutPieces(
    new UserError(`there is no file "${name}"`, {
      position: at.position,
      hint: withEnding
        ? `did you mean "${name}${path.extname(withEnding)}"?`
        : `looked for: ${candidates.map(displayPath).join(', ')}`,
    }),
    [name],
  );
}

/** Reads a file of tasks as children of a block. */
export function readTaskFile(file: string, parent: Block, scene: Scene, from: Position): Step[] {
  if (scene.files.includes(file)) {
    throw new UserError(
      `this goes round in a circle: ${[...scene.files, file].map(displayPath).join(' > ')}`,
      {
        position: from,
        hint: 'a file that pulls itself in must do so with include_tasks and a condition',
      },
    );
  }
  const loaded = loadYamlFile(file, scene.context);
  if (!loaded) throw new UserError(`there is no file ${displayPath(file)}`, { position: from });
  const data: Raw = loaded.documents[0] ?? null;
  if (data === null) return [];
  if (isList(data))
    return readSteps(data as readonly Raw[], parent, { ...scene, files: [...scene.files, file] });
  throw new UserError(`a file of tasks must hold a list, not ${typeName(data)}`, {
    position: (isDict(data) ? positionOf(data) : undefined) ?? { source: loaded.source, line: 1, column: 1 },
    hint: isDict(data) ? 'begin each task with "- "' : undefined,
  });
}

function folders(at: { position: Position; parent?: Block | Play }, scene: Scene): string[] {
  const above: (Step | Play)[] = at.parent ? levels(at.parent).reverse() : [];
  const role = at.parent && roleOf(at.parent);
  const roles: RoleUse[] = role ? [role, ...role.parents] : [];
  return [
    path.dirname(fileOf(at.position)),
    ...above.filter(level => level.kind !== 'play').map(level => path.dirname(fileOf(level.position))),
    ...roles.flatMap(use => [path.join(use.role.path, scene.handlers ? 'handlers' : 'tasks'), use.role.path]),
    scene.folder,
    path.join(scene.folder, 'tasks'),
  ];
}
