import type { FileState } from './kinds/file-state.ts';
import type { Account, UserHow } from './kinds/user.ts';
import type { UserNow } from './user.ts';
import type { UserParameters } from './user-parameters.ts';

type Forecast = readonly (readonly [path: string, state: FileState])[];

/** Which files a check run has to expect afterwards: a home directory that is made or moved, with what is in it. */
export function homeForecast(
  now: UserNow,
  p: UserParameters,
  before: Account | null,
  after: Account,
  how: UserHow,
): Forecast {
  const mode = Number.parseInt(how.homeMode, 8);
  const owner = {
    uid: after.uid ?? null,
    gid: after.gid ?? null,
    owner: p.name,
    group: groupName(now, p, after),
  };
  const fresh: FileState = { type: 'directory', mode, ...owner, fresh: true };
  if (now.homeState.type !== 'absent' || !after.homeThere) return [];
  // What is in a home that moves was not asked for: its files are there, but nothing is said of them.
  if (before && how.moveHome && after.home !== before.home) {
    return [
      [before.home, { type: 'absent' }],
      [after.home, { ...fresh, fresh: false }],
    ];
  }
  const contents = now.skeleton.map(
    ({ name, state }) => [`${after.home}/${name}`, { ...state, ...owner }] as const,
  );
  return [[after.home, fresh], ...contents];
}

function groupName(now: UserNow, p: UserParameters, after: Account): string {
  if (after.gid === undefined) return p.name;
  return now.tables.groupById(after.gid)?.name ?? p.name;
}
