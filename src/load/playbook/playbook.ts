import path from 'node:path';
import { UserError } from '../../core/error.ts';
import type { Play } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { isDict, isList, type Raw, type RawDict, typeName, type Value } from '../../core/value.ts';
import { displayPath } from '../files.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { loadYamlFile } from '../yaml/parse.ts';
import { conditions, tagList, text, variables } from './attributes.ts';
import type { PlaybookContext } from './context.ts';
import { placeOf } from './directives.ts';
import { staticText } from './imports.ts';
import { splitKeyValues } from './key-values.ts';
import { checkKeywords } from './keywords.ts';
import { mustBePlay, readPlay } from './play.ts';

/** The plays of a playbook file, with those of the playbooks it imports in their places. */
export function loadPlaybook(file: string, context: PlaybookContext): Play[] {
  return readPlaybook(path.resolve(file), [], context, undefined);
}

function readPlaybook(
  file: string,
  files: readonly string[],
  context: PlaybookContext,
  from: ReturnType<typeof positionOf>,
): Play[] {
  if (files.includes(file)) {
    throw new UserError(`this goes round in a circle: ${[...files, file].map(displayPath).join(' > ')}`, {
      position: from,
    });
  }
  const loaded = loadYamlFile(file, context);
  if (!loaded) throw new UserError(`there is no playbook ${displayPath(file)}`, { position: from });
  const [data = null, second = null] = loaded.documents;
  const top = { source: loaded.source, line: 1, column: 1 };
  if (second !== null) {
    throw new UserError('a playbook is one YAML document, and this file has several', {
      position: (typeof second === 'object' ? positionOf(second) : undefined) ?? top,
      hint: 'remove the "---" between the plays',
    });
  }
  if (!isList(data) || data.length === 0) {
    throw new UserError(
      data === null || isList(data)
        ? 'this playbook is empty'
        : `a playbook must hold a list of plays, not ${typeName(data)}`,
      {
        position: (isDict(data) ? positionOf(data) : undefined) ?? top,
        hint: isDict(data) ? 'begin the play with "- "' : 'a play begins with "- hosts: …"',
      },
    );
  }
  const items = data as readonly Raw[];
  return items.flatMap((item, i) => {
    const entry = mustBePlay(item, positionOf(items, i));
    const key = ['import_playbook', 'ansible.builtin.import_playbook', 'include'].find(word =>
      entry.has(word),
    );
    if (key === undefined) return [readPlay(entry, path.dirname(file), [file], context)];
    return importPlaybook(entry, key, file, [...files, file], context);
  });
}

function importPlaybook(
  data: RawDict,
  key: string,
  file: string,
  files: readonly string[],
  context: PlaybookContext,
): Play[] {
  if (key === 'include') {
    context.warn('"include" is no longer part of Ansible: write import_playbook', keyPosition(data, key));
  }
  checkKeywords(data, 'import_playbook');
  const position = positionOf(data, key) ?? placeOf(data);
  const written = text(data, key);
  if (written === undefined) throw new UserError(`"${key}" does not say which playbook`, { position });
  // Older content gives variables and tags behind the name: import_playbook: web.yml tags=web
  const { pairs, rest } = splitKeyValues(staticText(written, key, { position }, { context }));
  const given = new Map<Value, Raw>(
    pairs.filter(pair => pair.key !== 'tags').map(pair => [pair.key, pair.value]),
  );
  const tags = [
    ...(tagList(data) ?? []),
    ...pairs.filter(pair => pair.key === 'tags').flatMap(pair => pair.value.split(',')),
  ];
  const vars = new Map([...(variables(data) ?? []), ...given]);
  const when = conditions(data, 'when') ?? [];
  const target = path.resolve(path.dirname(file), rest);
  return readPlaybook(target, files, context, position).map(play => {
    return Object.assign(play, {
      // What the import says goes over what the play says.
      ...(vars.size > 0 && { vars: new Map([...(play.vars ?? []), ...vars]) }),
      ...(tags.length > 0 && { tags: [...(play.tags ?? []), ...tags] }),
      ...(when.length > 0 && { when: [...when, ...(play.when ?? [])] }),
    });
  });
}
