import { Failure } from './failure.ts';

/**
 * The permissions that a mode means for something that has `present` now: octal as it stands, symbolic as
 * changes to those. A clause without u, g, o or a means all of them, but for what `umask` holds back.
 */
export function resolveMode(mode: string, present: number, directory: boolean, umask = 0o022): number {
  if (/^[0-7]+$/.test(mode)) return Number.parseInt(mode, 8);
  let result = present;
  for (const clause of mode.split(',')) {
    const [, who, actions] = /^([ugoa]*)((?:[-+=](?:[rwxXst]*|[ugo]))+)$/.exec(clause) ?? [];
    if (actions === undefined) throw new Failure(`"${mode}" is not a file mode`);
    for (const [, operator, permissions] of actions.matchAll(/([-+=])([rwxXst]*[ugo]?)/g)) {
      for (const user of who === '' || who!.includes('a') ? 'ugo' : new Set(who)) {
        const spared = who === '' ? umask : 0;
        const bits = bitsFor(user as User, permissions!, present, directory, spared);
        if (operator === '+') result |= bits;
        else if (operator === '-') result &= ~bits;
        // What is special (setuid, setgid, sticky) goes with "=" as well, for the one it belongs to.
        else result = (result & ~(7 << SHIFT[user as User]) & ~SPECIAL[user as User]) | bits;
      }
    }
  }
  return result;
}

/** As Ansible's results show a mode. */
export function modeText(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}

type User = 'u' | 'g' | 'o';
const SHIFT = { u: 6, g: 3, o: 0 } as const;
const SPECIAL = { u: 0o4000, g: 0o2000, o: 0o1000 } as const;
const PLAIN: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };

function bitsFor(
  user: User,
  permissions: string,
  present: number,
  directory: boolean,
  spared: number,
): number {
  // The present permissions of a user class, copied to another.
  if (/^[ugo]$/.test(permissions)) return ((present >> SHIFT[permissions as User]) & 7) << SHIFT[user];
  let bits = 0;
  for (const letter of permissions) {
    if (letter === 'X') bits |= directory || (present & 0o111) !== 0 ? 1 << SHIFT[user] : 0;
    else if (letter === 's') bits |= user === 'o' ? 0 : SPECIAL[user];
    else if (letter === 't') bits |= user === 'o' ? SPECIAL.o : 0;
    else bits |= (PLAIN[letter]! << SHIFT[user]) & ~spared;
  }
  return bits;
}
