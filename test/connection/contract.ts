import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CommandTimeout,
  type Identity,
  type RunOptions,
  type Session,
  TransferFailed,
} from '../../src/connection/types.ts';
import { Secret } from '../../src/core/secret.ts';
import { sh, userShell } from '../../src/core/shell.ts';

export interface Place {
  readonly session: Session;
  /** A folder on the host that the identity may write to. */
  readonly folder: string;
  readonly close: () => Promise<void>;
}

export interface ContractOptions {
  readonly as?: Identity;
  /** A shell of another name that the host has; /bin/bash when not given. */
  readonly otherShell?: string;
}

/** Every byte value, and a few bytes that look like the beginning of something. */
const EVERY_BYTE = Buffer.from([...Array(256).keys(), 0, 0, 10, 13, 39, 92, 255]);

interface Case {
  readonly title: string;
  readonly script: string;
  readonly options?: RunOptions;
  readonly status?: number;
  readonly stdout?: string | Buffer;
  readonly stderr?: string | RegExp;
}

/** What holds for a command whichever way it is run. */
const COMMON: readonly Case[] = [
  {
    title: 'status, output and errors apart',
    script: 'echo out; echo err >&2; exit 3',
    status: 3,
    stdout: 'out\n',
    stderr: 'err\n',
  },
  { title: 'no output at all', script: ':', stdout: '' },
  { title: 'output without a newline', script: 'printf a; printf b >&2', stdout: 'a', stderr: 'b' },
  { title: 'NUL bytes', script: `printf 'a\\000b\\000'`, stdout: 'a\0b\0' },
  { title: 'standard input is empty', script: 'cat; echo end', stdout: 'end\n' },
  {
    title: 'every byte through standard input',
    script: 'cat',
    options: { stdin: EVERY_BYTE },
    stdout: EVERY_BYTE,
  },
  {
    title: 'text on standard input',
    script: 'cat; echo end',
    options: { stdin: 'one\n$(two) `three`\n' },
    stdout: 'one\n$(two) `three`\nend\n',
  },
  {
    title: 'text without a last newline on standard input',
    script: 'cat',
    options: { stdin: 'käse' },
    stdout: 'käse',
  },
  {
    title: 'an empty standard input that was given',
    script: 'wc -c | tr -d " "',
    options: { stdin: '' },
    stdout: '0\n',
  },
  {
    title: 'a secret on standard input',
    script: 'cat',
    options: { stdin: new Secret('hush-hush-42') },
    stdout: 'hush-hush-42',
  },
  {
    title: 'standard input that nobody reads',
    script: 'echo done',
    options: { stdin: 'x'.repeat(300_000) },
    stdout: 'done\n',
  },
  {
    title: 'environment',
    script: 'echo "$A|$B"',
    options: {
      env: new Map<string, string | Secret>([
        ['A', `it's "$HOME"`],
        ['B', new Secret('hush-hush-43')],
      ]),
    },
    stdout: `it's "$HOME"|hush-hush-43\n`,
  },
  { title: 'directory', script: 'pwd', options: { cwd: '/usr/bin' }, stdout: '/usr/bin\n' },
  {
    title: 'a directory that is missing: the command does not run',
    script: 'echo ran',
    options: { cwd: '/nowhere' },
    status: -1,
    stdout: '',
    stderr: /nowhere/,
  },
  { title: 'a syntax error', script: 'if then (', status: -1, stdout: '', stderr: /yntax/ },
  { title: 'a script that ends in a comment', script: 'echo a # b', stdout: 'a\n' },
  {
    title: 'a script of several lines with a here-document',
    script: 'cat <<E\none\nE\necho two',
    stdout: 'one\ntwo\n',
  },
  {
    title: 'quotes, dollars and backslashes arrive as written',
    script: `printf '%s ' 'a'"'"'b' '$x'; printf '%s\\n' '\\n\\'`,
    stdout: `a'b $x \\n\\\n`,
  },
  {
    title: 'characters of other alphabets arrive as written',
    script: `printf %s 'Áéű – 日本 \u{1f40c} ÿ'`,
    stdout: 'Áéű – 日本 \u{1f40c} ÿ',
  },
  {
    title: 'a command that is not there',
    script: 'no-such-command-here',
    status: 127,
    stderr: /no-such-command-here/,
  },
  { title: 'ended by a signal', script: "sh -c 'kill -TERM $$'", status: 143 },
  { title: 'ends its subshell', script: 'echo a; exec sh -c "exit 9"; echo b', status: 9, stdout: 'a\n' },
];

export function sessionContract(
  title: string,
  open: () => Promise<Place>,
  { as, otherShell = '/bin/bash' }: ContractOptions = {},
): void {
  // Places side by side, since most of their time is waiting; within one place one case after another.
  describe.concurrent(title, () => {
    describe.sequential('session', () => {
      let place: Place;
      beforeAll(async () => {
        place = await open();
      });
      afterAll(() => place?.close());

      const ask = (script: string, options: RunOptions = {}) =>
        place.session.ask(userShell(script), { as, ...options });
      const run = (script: string, options: RunOptions = {}) =>
        place.session.run(userShell(script), { as, ...options });
      const text = async (script: string) => (await run(script)).stdout.toString().trim();

      for (const [name, submit] of [
        ['ask', ask],
        ['run', run],
      ] as const) {
        it.each(COMMON.map(one => [one.title, one] as const))(`${name}: %s`, async (_, one) => {
          const { script, options, status = 0, stdout, stderr } = one;
          const outcome = await submit(script, options);
          if (status === -1) expect(outcome.status).not.toBe(0);
          else expect(outcome.status).toBe(status);
          if (Buffer.isBuffer(stdout)) expect(outcome.stdout.equals(stdout)).toBe(true);
          else if (stdout !== undefined) expect(outcome.stdout.toString()).toBe(stdout);
          if (stderr !== undefined) expect(outcome.stderr.toString()).toMatch(stderr);
        });
      }

      it('a command leaves nothing behind for the next: directory, variables, functions, umask, traps', async () => {
        await ask('cd /; X=1; f() { :; }; umask 000; trap "echo trapped" EXIT; set -e');
        await run('cd /; export X=1; umask 000');
        const { stdout, status } = await ask('echo "[$X]"; command -v f; umask; false; echo on');
        expect([status, stdout.toString()]).toEqual([0, '[]\n0022\non\n']);
      });

      it('ask speaks the C locale and finds the tools of administrators', async () => {
        const { stdout } = await ask('echo "$LC_ALL"; echo "$PATH"');
        expect(stdout.toString()).toMatch(/^C\n.*\/usr\/sbin/);
      });

      it('run leaves locale and umask as the login made them', async () => {
        const before = await text('umask; echo "[$LC_ALL]"');
        await ask('umask 000; LC_ALL=de_DE');
        expect(await text('umask; echo "[$LC_ALL]"')).toBe(before);
        expect(before).not.toContain('[C]');
      });

      it('many asked in one turn are answered in order, each with its own', async () => {
        const outcomes = await Promise.all(
          Array.from({ length: 100 }, (_, i) => ask(`printf %s ${i}; printf %s ${-i} >&2; exit ${i}`)),
        );
        expect(outcomes.map(o => [o.status, `${o.stdout}`, `${o.stderr}`])).toEqual(
          Array.from({ length: 100 }, (_, i) => [i, `${i}`, `${-i}`]),
        );
      });

      it('asked and run in one turn keep their order', async () => {
        const file = `${place.folder}/order`;
        const jobs = Array.from({ length: 12 }, (_, i) => (i % 3 === 1 ? run : ask)(`echo ${i} >>${file}`));
        await Promise.all(jobs);
        expect(await text(`cat ${file}; rm ${file}`)).toBe([...Array(12).keys()].join('\n'));
      });

      it('a script of half a megabyte', async () => {
        const script = `x='${'y'.repeat(500_000)}'; echo "\${#x}"`;
        expect((await ask(script)).stdout.toString()).toBe('500000\n');
        expect((await run(script)).stdout.toString()).toBe('500000\n');
      });

      it('100 MB of output', { timeout: 60_000 }, async () => {
        const { stdout, status } = await run('head -c 100000000 /dev/zero; head -c 1000000 /dev/zero >&2');
        expect([status, stdout.length]).toEqual([0, 100_000_000]);
      });

      it('shells of their own: $$ differs from command to command', async () => {
        expect(await text('echo $$')).not.toBe(await text('echo $$'));
      });

      it('sees pipes, and nothing else of ours, as its open files', async () => {
        const { stdout } = await run(
          'for fd in 0 1 2 3 4 5 6 7 8 9; do [ -e /proc/self/fd/$fd ] && echo $fd; done',
        );
        // While it tests, the shell itself may hold one more; it never hands that on.
        expect(stdout.toString()).toMatch(/^0\n1\n2\n$/);
      });

      describe('a command that kills', () => {
        const table = [
          { what: 'itself', script: 'echo a; kill -9 $$; echo b', stdout: 'a\n', status: 137 },
          {
            what: 'its parent',
            script: 'echo a; kill -9 $PPID; echo b; exit 3',
            stdout: 'a\nb\n',
            status: 137,
          },
        ];
        it.each(table.map(one => [one.what, one] as const))(
          '%s has an outcome, and the next one runs',
          async (_, one) => {
            const { script, stdout, status } = one;
            const outcome = await run(script);
            expect([outcome.status, outcome.stdout.toString()]).toEqual([status, stdout]);
            expect(await text('echo next')).toBe('next');
          },
        );

        it('the long-lived shell has an outcome; what was waiting behind it runs once, in a new shell', async () => {
          const file = `${place.folder}/once`;
          const [killer, ...rest] = await Promise.all([
            ask('echo a; kill -9 $$; sleep 0.2'),
            ask(`echo 1 >>${file}`),
            ask(`echo 2 >>${file}`),
            run(`echo 3 >>${file}; cat ${file}; rm ${file}`),
          ]);
          expect(killer.status).toBe(137);
          expect(rest.at(-1)!.stdout.toString()).toBe('1\n2\n3\n');
        });
      });

      describe('a child left in the background', () => {
        it('does not delay the outcome, garbles nothing and goes on', async () => {
          const file = `${place.folder}/late`;
          const started = Date.now();
          const first = await run(`(sleep 3; echo late; echo late >&2; echo done >${file}) & echo now`);
          expect(first.stdout.toString()).toBe('now\n');
          expect(Date.now() - started).toBeLessThan(2_800);
          expect((await run('echo after')).stdout.toString()).toBe('after\n');
          expect(Date.now() - started).toBeLessThan(2_900);
          await new Promise(resolve => setTimeout(resolve, 3_500));
          expect((await run('echo later')).stdout.toString()).toBe('later\n');
          expect(await text(`cat ${file}; rm ${file}`)).toBe('done');
        });

        it('gets no signal when it writes after nobody listens', async () => {
          const file = `${place.folder}/wrote`;
          await run(`(sleep 1.5; head -c 300000 /dev/zero; echo "status $?" >${file}) & :`);
          await run('echo another');
          await new Promise(resolve => setTimeout(resolve, 2_500));
          expect(await text(`cat ${file}; rm ${file}`)).toBe('status 0');
        });

        it('that closed its outputs costs nothing at all', async () => {
          await run('sleep 5 >/dev/null 2>&1 </dev/null &');
          const started = Date.now();
          await run(':');
          expect(Date.now() - started).toBeLessThan(4_000);
        });
      });

      describe('a time limit', () => {
        it('ends the command and what it started, and says so', async () => {
          const tag = `${1000 + Math.floor(Math.random() * 9e6)}.5`;
          const ended = run(`sleep ${tag} & sh -c 'sleep ${tag}; :'`, { timeout: 300 });
          await expect(ended).rejects.toThrow(CommandTimeout);
          await expect(ended).rejects.toThrow(/after 0\.3 s without having finished$/);
          expect(
            await text(
              `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; done 2>/dev/null | grep -c '^sleep ${tag.replace('.', '[.]')}'`,
            ),
          ).toBe('0');
        });

        it('ends a command that ignores SIGTERM', { timeout: 15_000 }, async () => {
          await expect(run(`trap '' TERM; while :; do sleep 0.1; done`, { timeout: 200 })).rejects.toThrow(
            /finished$/,
          );
        });

        it('holds for questions as well', async () => {
          await expect(ask('sleep 60', { timeout: 200 })).rejects.toThrow(CommandTimeout);
        });

        it('spares older background jobs of the same shell', async () => {
          const file = `${place.folder}/older`;
          await run(`(sleep 2; echo alive >${file}) >/dev/null 2>&1 </dev/null &`);
          await expect(run('sleep 60', { timeout: 100 })).rejects.toThrow(CommandTimeout);
          await new Promise(resolve => setTimeout(resolve, 3_000));
          expect(await text(`cat ${file}; rm ${file}`)).toBe('alive');
        });

        it('is of no account to a command that is fast enough, or to the next', async () => {
          expect((await run('echo fine', { timeout: 5_000 })).stdout.toString()).toBe('fine\n');
          expect(await text('echo next')).toBe('next');
        });
      });

      describe('files', () => {
        const sizes = [0, 1, 4095, 12_288, 200_000, 700_001];
        it.each(sizes)('%i bytes there and back', async size => {
          const content = Buffer.alloc(size, EVERY_BYTE);
          const path = `${place.folder}/it's ${size}`;
          await place.session.put(path, content, as);
          const back = await place.session.fetch(path, as);
          expect(back?.equals(content)).toBe(true);
          expect((await place.session.ask(sh`ls -l ${path}; rm ${path}`, { as })).stdout.toString()).toMatch(
            /^-rw-------/,
          );
        });

        it('100 MB there', { timeout: 120_000 }, async () => {
          const path = `${place.folder}/big`;
          await place.session.put(path, Buffer.alloc(as ? 20_000_000 : 100_000_000, 'tsible\0'), as);
          const { stdout } = await ask(`wc -c <${path}; rm ${path}`);
          expect(Number(stdout)).toBe(as ? 20_000_000 : 100_000_000);
        });

        it('an existing file is not written to', async () => {
          const path = `${place.folder}/existing`;
          await place.session.put(path, Buffer.from('first'), as);
          await expect(place.session.put(path, Buffer.from('second'), as)).rejects.toThrow(TransferFailed);
          await expect(place.session.put(path, Buffer.alloc(400_000), as)).rejects.toThrow(
            /cannot write .*existing/,
          );
          expect((await place.session.fetch(path, as))?.toString()).toBe('first');
          await ask(`rm ${path}`);
        });

        it('a folder that is missing is an error to write to, and no file to read from', async () => {
          const path = `${place.folder}/missing/file`;
          await expect(place.session.put(path, Buffer.from('x'), as)).rejects.toThrow(
            /cannot write .*missing/,
          );
          expect(await place.session.fetch(path, as)).toBeNull();
        });

        it('a folder is no file', async () => {
          await expect(place.session.fetch(place.folder, as)).rejects.toThrow(TransferFailed);
        });
      });

      it('no process shows a secret in its arguments', async () => {
        const secret = new Secret('squeamish-ossifrage');
        const look = `for p in /proc/[0-9]*; do tr '\\0' ' ' <$p/cmdline; echo; done 2>/dev/null | grep -c 'squea[m]ish'`;
        const path = `${place.folder}/secret`;
        const watching = run(`sleep 0.3; ${look}`);
        const [seen] = await Promise.all([
          watching,
          run(`: squeamish-ossifrage; sleep 0.1; ${look}`, { stdin: secret, env: new Map([['S', secret]]) }),
          place.session.put(path, Buffer.from(secret.reveal()), as),
        ]);
        expect(seen.stdout.toString()).toBe('0\n');
        const during = await run(`: squeamish-ossifrage; ${look}`, {
          stdin: secret,
          env: new Map([['S', secret]]),
        });
        expect(during.stdout.toString()).toBe('0\n');
        await ask(`rm -f ${path}`);
      });

      it('a variable that cannot be one is an error, and the next command runs', async () => {
        await expect(run(':', { env: new Map([['a-b', 'x']]) })).rejects.toThrow(/"a-b" cannot be the name/);
        expect(await text('echo next')).toBe('next');
      });

      it('another program can read the script', async () => {
        const { stdout } = await run('echo "$0"', { shell: otherShell });
        expect(stdout.toString()).toBe(`${otherShell}\n`);
      });
    });
  });
}
