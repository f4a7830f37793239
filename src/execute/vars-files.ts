import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { UserError } from '../core/error.ts';
import type { VarsLayer } from '../core/inventory.ts';
import { positionOf } from '../core/position.ts';
import { isList, type Raw } from '../core/value.ts';
import type { HostRun } from './host-run.ts';
import { plainText } from './plain-text.ts';
import type { PlayRun } from './play-run.ts';

/**
 * The layers of a play's `vars_files` for one host. An entry that is a list means the first file of it that
 * exists. Names may use variables; before facts are gathered, an entry that needs them is passed over.
 *
 * @param final facts are there: what cannot be found now is an error, as are missing files whose names do not vary
 */
export function varsFilesOf(play: PlayRun, host: HostRun, final: boolean): VarsLayer[] {
  const layers: VarsLayer[] = [];
  const entries = play.play.varsFiles;
  for (const [index, entry] of entries.entries()) {
    const choices: readonly Raw[] = isList(entry) ? entry : [entry];
    const tried: string[] = [];
    try {
      const templar = play.templar(host, undefined);
      for (const choice of choices) {
        const name = plainText(templar.render(choice));
        const candidates = candidatesFor(name, play.play.folder);
        const found = candidates.find(path => existsSync(path));
        tried.push(...candidates);
        if (found === undefined) continue;
        layers.push({ origin: name, vars: play.run.loadVars(found) });
        tried.length = 0;
        break;
      }
    } catch (error) {
      if (final || !(error instanceof UserError) || !/undefined/.test(error.message)) throw error;
      continue;
    }
    if (tried.length > 0 && (final || choices.every(choice => typeof choice === 'string'))) {
      throw new UserError('no such vars file', {
        position: positionOf(entries, index) ?? play.play.position,
        hint: `looked for: ${tried.join(', ')}`,
      });
    }
  }
  return layers;
}

/** The file that a name in `vars_files` means. */
export function varsFileAt(name: string, folder: string): string | undefined {
  return candidatesFor(name, folder).find(path => existsSync(path));
}

function candidatesFor(name: string, folder: string): readonly string[] {
  return isAbsolute(name) ? [name] : [join(folder, name), join(folder, 'vars', name)];
}
