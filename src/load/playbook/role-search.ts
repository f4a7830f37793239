import path from 'node:path';
import { didYouMean, UserError } from '../../core/error.ts';
import type { RoleUse } from '../../core/play.ts';
import type { Position } from '../../core/position.ts';
import { withoutPieces } from '../../core/secret-pieces.ts';
import { displayPath, expandHome, isFolder, namesIn } from '../files.ts';
import type { Scene } from './context.ts';

export interface FoundRole {
  readonly name: string;
  /** Absolute folder. */
  readonly path: string;
}

/**
 * Finds a role: in a collection when its name is one of those, else in `roles/` beside the playbook, `./roles`,
 * the roles path, beside the role that needs it, beside the playbook, and among tsible's own. A name with a
 * slash may also be a path.
 */
export function findRole(
  name: string,
  position: Position,
  parent: RoleUse | undefined,
  scene: Scene,
): FoundRole {
  const places = [
    ...collectionPlaces(name, scene),
    ...searchFolders(parent, scene).map(folder => path.join(folder, name)),
  ];
  if (name.includes('/') || name.startsWith('~')) {
    const given = expandHome(name);
    places.push(path.resolve(scene.folder, given), path.resolve(given));
  }
  const found = places.find(isFolder);
  if (found) return { name: name.includes('/') ? path.basename(found) : name, path: path.resolve(found) };
  const folders = searchFolders(parent, scene).filter(folder => folder !== scene.folder && isFolder(folder));
  const known = folders.flatMap(namesIn);
  const searched = [...new Set(places.map(place => displayPath(path.dirname(place))))];
  throw withoutPieces(
    new UserError(`there is no role "${name}"`, {
      position,
      hint: didYouMean(name, known) ?? `looked in: ${searched.join(', ')}`,
    }),
    [name],
  );
}

function searchFolders(parent: RoleUse | undefined, { folder, context }: Scene): string[] {
  return [
    path.join(folder, 'roles'),
    path.resolve('roles'),
    ...(context.rolesPath ?? []).map(expandHome),
    ...(parent ? [path.dirname(parent.role.path)] : []),
    folder,
    ...(context.ownRoles === undefined ? [] : [context.ownRoles]),
  ];
}

/** `acme.web.users` is the role `users` of the collection `acme.web`. */
function collectionPlaces(name: string, { folder, context }: Scene): string[] {
  const [namespace, collection, ...rest] = name.split('.');
  if (rest.length === 0 || name.includes('/')) return [];
  const roots = [path.join(folder, 'collections'), ...(context.collectionsPath ?? []).map(expandHome)];
  return roots.map(root => path.join(root, 'ansible_collections', namespace!, collection!, 'roles', ...rest));
}
