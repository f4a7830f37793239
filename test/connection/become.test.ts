import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { becomeCommand } from '../../src/connection/become.ts';
import { openSession } from '../../src/connection/open.ts';
import { BecomeFailed, type Identity, type Session } from '../../src/connection/types.ts';
import { Secret } from '../../src/core/secret.ts';
import { sh, userShell } from '../../src/core/shell.ts';
import { sessionContract } from './contract.ts';
import { endpoint, temporaryFolder } from './sandbox.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/**
 * Stands in for sudo: takes its options, asks and checks a password as it does, and runs the command.
 * `before` is what it does in place of asking.
 */
function actor(name: string, before: string): string {
  const path = join(folder.path, name);
  writeFileSync(
    path,
    `#!/bin/sh
echo started >>${path}.log
prompt= never=
while [ $# -gt 0 ]; do
  case $1 in
    -p) prompt=$2; shift 2;;
    -u|-s) shift 2;;
    -n) never=1; shift;;
    -*) shift;;
    *) break;;
  esac
done
ask() { printf %s "$1" >&2; IFS= read -r word || exit 1; }
${before}
exec "$@"
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const PASSWORD = 'correct horse';
const ASKS = `[ "$never" ] && { echo 'sudo: a password is required' >&2; exit 1; }
ask "$prompt"
for i in 1 2; do [ "$word" = '${PASSWORD}' ] && break; echo 'Sorry, try again.' >&2; ask "$prompt"; done
[ "$word" = '${PASSWORD}' ] || exit 1`;

const sessions: Session[] = [];
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
});

async function localSession(): Promise<Session> {
  const session = await openSession(endpoint({ transport: 'local', connectTimeout: 1_000 }));
  sessions.push(session);
  return session;
}

function identity(exe: string, password?: string, more: object = {}): Identity {
  const secret = password === undefined ? undefined : new Secret(password);
  return { key: exe, become: { method: 'sudo', user: 'root', exe, password: secret, ...more } };
}

sessionContract(
  'a become shell',
  async () => {
    const session = await openSession(endpoint({ transport: 'local' }));
    return { session, folder: folder.path, close: () => session.close() };
  },
  { as: identity(actor('asks', ASKS), PASSWORD) },
);

describe('becoming another user', () => {
  it('starts the program once, for many commands', async () => {
    const exe = actor('once', ASKS);
    const session = await localSession();
    const as = identity(exe, PASSWORD);
    await Promise.all([
      session.ask(sh`:`, { as }),
      session.run(sh`:`, { as }),
      session.fetch('/etc/hosts', as),
    ]);
    expect(readFileSync(`${exe}.log`, 'utf8')).toBe('started\n');
  });

  it('a password that is not asked for is not sent', async () => {
    const as = identity(actor('open', ''), PASSWORD);
    expect((await (await localSession()).run(userShell('cat'), { as })).stdout.toString()).toBe('');
  });

  it('words before the prompt and after the password are nobody’s output', async () => {
    const exe = actor(
      'talks',
      `echo 'We trust you have received the usual lecture'; ${ASKS}; echo 'Last login: today'`,
    );
    const outcome = await (await localSession()).run(userShell('echo mine'), { as: identity(exe, PASSWORD) });
    expect([outcome.stdout.toString(), outcome.stderr.toString()]).toEqual(['mine\n', '']);
  });

  it('two identities have two shells, which do not wait for each other', async () => {
    const session = await localSession();
    const [one, two] = [identity(actor('one', '')), identity(actor('two', ''))];
    const slow = session.run(userShell('sleep 0.5; date +%s%N'), { as: one });
    const fast = session.run(userShell('date +%s%N'), { as: two });
    expect(Number((await fast).stdout)).toBeLessThan(Number((await slow).stdout));
  });

  const failures: readonly [string, string, string | undefined, RegExp][] = [
    [
      'a wrong password',
      ASKS,
      'wrong-pw-77',
      /^sudo to root: it did not accept the password.* \| check the password given with -K/,
    ],
    [
      'a missing password',
      ASKS,
      undefined,
      /it asks for a password, and none was given.* \| give one with -K/,
    ],
    [
      'not in the sudoers file',
      `echo 'deploy is not in the sudoers file.  This incident will be reported.' >&2; exit 1`,
      undefined,
      /does not allow this user .*\(deploy is not in the sudoers file\..* \| add a rule/,
    ],
    [
      'not allowed, after the password',
      `${ASKS}; echo 'Sorry, user deploy is not allowed to execute /bin/sh as root on web1.' >&2; exit 1`,
      PASSWORD,
      /does not allow this user/,
    ],
    [
      'a terminal is wanted',
      `echo 'sudo: sorry, you must have a tty to run sudo' >&2; exit 1`,
      undefined,
      /wants a terminal.* \| remove "requiretty"/,
    ],
    ['no such user', `echo 'sudo: unknown user nemo' >&2; exit 1`, undefined, /knows no such user/],
    ['no reason given', 'exit 1', undefined, /it refused$|it refused \| $/],
    [
      'escape sequences in its words',
      `printf '\\033]0;title\\007\\033[31mno\\033[0m\\n' >&2; exit 1`,
      undefined,
      /refused \(no\)/,
    ],
  ];
  it.each(failures)('%s', async (title, before, password, message) => {
    const exe = actor(`fails-${title.replace(/\W/g, '-')}`, before);
    const session = await localSession();
    const as = identity(exe, password);
    const errors = await Promise.all(
      [session.ask(sh`:`, { as }), session.run(sh`:`, { as })].map(p => p.catch((e: unknown) => e)),
    );
    for (const error of errors) {
      expect(error).toBeInstanceOf(BecomeFailed);
      const { message: words, hint = '' } = error as BecomeFailed;
      expect(`${words} | ${hint}`).toMatch(message);
      expect(words).not.toMatch(/wrong-pw-77|tsible-password/);
    }
    // Asked again, it is not tried again: wrong attempts lock accounts.
    await expect(session.ask(sh`:`, { as })).rejects.toBeInstanceOf(BecomeFailed);
    expect(readFileSync(`${exe}.log`, 'utf8')).toBe('started\n');
    // The login user goes on.
    expect((await session.ask(sh`echo still`)).stdout.toString()).toBe('still\n');
  });

  it('a program that is missing', async () => {
    await expect((await localSession()).ask(sh`:`, { as: identity('/no/sudo') })).rejects.toThrow(
      /is not installed on the host/,
    );
  });

  it('a prompt that never comes, or another question: given up in time', { timeout: 40_000 }, async () => {
    const session = await localSession();
    const started = Date.now();
    const [mute, other] = await Promise.all(
      ['sleep 60', `ask 'Verification code: '`].map((before, i) =>
        session.ask(sh`:`, { as: identity(actor(`mute${i}`, before), PASSWORD) }).catch((e: unknown) => e),
      ),
    );
    expect(Date.now() - started).toBeLessThan(17_000);
    expect(mute).toMatchObject({
      name: 'BecomeFailed',
      message: 'sudo to root: it neither asked for a password nor started a shell within 15 s',
    });
    expect(other).toMatchObject({
      message: expect.stringContaining('(Verification code:)'),
      hint: expect.stringContaining('second factor'),
    });
  });

  it('su asks in words of its own', async () => {
    const SU = `ask 'Passwort: '; [ "$word" = '${PASSWORD}' ] || { echo 'su: Fehler bei Authentifizierung' >&2; exit 1; }; shift; exec /bin/sh "$@"`;
    const session = await localSession();
    const as = (key: string, password: string) => ({
      ...identity(actor(key, SU), password, { method: 'su' }),
      key,
    });
    expect((await session.ask(sh`echo in`, { as: as('su-right', PASSWORD) })).stdout.toString()).toBe('in\n');
    await expect(session.ask(sh`:`, { as: as('su-wrong', 'nonsense-1') })).rejects.toThrow(
      /did not accept the password/,
    );
  });
});

describe('the line that starts it', () => {
  const base = { method: 'sudo', user: 'root' } as const;
  const secret = new Secret('never-in-argv');
  it.each([
    [
      'without a password, sudo never asks',
      base,
      `exec sudo -H -S -n -u root /bin/sh -c 'echo G;exec /bin/sh'`,
    ],
    [
      'with one, it asks in our words',
      { ...base, password: secret },
      `exec sudo -H -S -p P: -u root /bin/sh -c 'echo G;exec /bin/sh'`,
    ],
    [
      'flags are split as a shell does',
      { ...base, flags: `-E --chdir='a b' "it's"`, user: 'a b' },
      `exec sudo -E '--chdir=a b' 'it'\\''s' -H -S -n -u 'a b' /bin/sh -c 'echo G;exec /bin/sh'`,
    ],
    [
      '-n makes no sense with a password',
      { ...base, password: secret, flags: '-n' },
      `exec sudo -H -S -p P: -u root /bin/sh -c 'echo G;exec /bin/sh'`,
    ],
    [
      'su',
      { ...base, method: 'su' as const, flags: '-' },
      `exec su - -s /bin/sh root -c 'echo G;exec /bin/sh'`,
    ],
    ['doas', { ...base, method: 'doas' as const }, `exec doas -n -u root /bin/sh -c 'echo G;exec /bin/sh'`],
  ])('%s', (_, become, line) => {
    expect(becomeCommand(become, '/bin/sh', 'G', 'P:')).toBe(line);
  });
});
