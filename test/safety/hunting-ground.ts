import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CANARIES, type Sighting, sightings } from './canaries.ts';
import {
  BROKEN,
  FILES,
  FOLDED,
  MISPLACED,
  NUMBERS,
  PLAIN,
  PLAINLY,
  SEALED,
  TYPED,
  UNLOGGED,
  UNQUOTED,
  VAULT,
} from './hunt-files.ts';
import type { Scene } from './hunt-scenes.ts';

const SECRETS = {
  ...CANARIES,
  ...PLAINLY,
  ...TYPED,
  ...VAULT,
  ...NUMBERS,
  misplaced: MISPLACED,
  unquoted: UNQUOTED,
  sha1: createHash('sha1').update(CANARIES.copied).digest('hex'),
  md5: createHash('md5').update(CANARIES.copied).digest('hex'),
  folded: FOLDED,
  foldedBegin: FOLDED.slice(0, 17),
  foldedEnd: FOLDED.slice(-15),
  unlogged: UNLOGGED,
  broken: BROKEN,
  inUrlDecoded: decodeURIComponent(PLAINLY.inUrl),
};

export interface Found {
  readonly status: number | null;
  readonly output: string;
  readonly sightings: readonly Sighting[];
}

/** A project that plays on this machine, with secrets in whatever is printed. */
export class HuntingGround {
  readonly #folder = mkdtempSync(join(tmpdir(), 'tsible-hunt-'));

  constructor(private readonly program: readonly string[]) {
    for (const files of [FILES, PLAIN, SEALED])
      for (const [name, text] of Object.entries(files)) this.#write(name, text);
    for (const name of Object.keys(FILES).filter(name => name.startsWith('bin/')))
      chmodSync(join(this.#folder, name), 0o700);
    this.#vault('', 'encrypt', ...Object.keys(SEALED));
    this.#sealInEveryWay();
    this.#write(
      'group_vars/all/single.yml',
      this.#vault(CANARIES.inline, 'encrypt_string', '--stdin-name', 'inline'),
    );
  }

  /** Plays a scene, with one mask taken away perhaps. */
  async play({ words, input = '', fault = '', folder = '.' }: Scene, mutant = ''): Promise<Found> {
    const [command, ...first] = this.program;
    const child = spawn('setsid', ['--wait', command!, ...first, ...words], {
      cwd: join(this.#folder, folder),
      env: { ...this.#env, TSIBLE_MUTANTS: `<${mutant}><${fault}>` },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {}).end(input);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    const status = await new Promise<number | null>((done, reject) => {
      child.on('error', reject);
      child.on('close', done);
    });
    return { status, output, sightings: [...sightings(output, SECRETS), ...shortOnes(output)] };
  }

  get #env(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`,
      SSH_ASKPASS: join(this.#folder, 'bin/askpass'),
      SSH_ASKPASS_REQUIRE: 'force',
    };
  }

  /** A value for each source of passwords, and one for a key with a passphrase. */
  #sealInEveryWay(): void {
    const sources = {
      file: 'password',
      program: 'bin/vault-program',
      keyring: 'vault-keyring',
      typed: 'vault-typed',
    };
    const values = Object.entries(sources).map(([label, source]) =>
      this.#run(`value ${label}`, [
        ...['vault', 'encrypt_string', '--stdin-name', `by_${label}`],
        ...['--vault-id', `${label}@${source}`],
      ]),
    );
    this.#write('group_vars/all/by.yml', values.join('\n'));
    const key = join(this.#folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', VAULT.passphrase, '-f', key]);
    this.#write('by-key.yml', 'by_key: value key\n');
    const to = readFileSync(`${key}.pub`, 'utf8').trim();
    this.#run('', ['vault', 'encrypt', '--format', 'tsible', '--to', to, 'by-key.yml']);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(name: string, text: string | Buffer): void {
    const path = join(this.#folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o600);
  }

  #vault(input: string, ...words: readonly string[]): string {
    return this.#run(input, ['vault', ...words, '--vault-password-file', 'password']);
  }

  #run(input: string, words: readonly string[]): string {
    const [command, ...first] = this.program;
    const { status, stdout, stderr } = spawnSync(command!, [...first, ...words], {
      cwd: this.#folder,
      input,
      encoding: 'utf8',
      env: { ...this.#env, TSIBLE_MUTANTS: '' },
    });
    if (status !== 0) throw new Error(`tsible ${words.join(' ')}: ${stderr}`);
    return stdout;
  }
}

function shortOnes(output: string): Sighting[] {
  const at = output.search(/[ŊŋŦŧ]|\\u01(?:4[ab]|6[67])|-71(?!\d)|really 71/);
  return at === -1
    ? []
    : [
        {
          canary: 'short',
          shape: output.slice(at, at + 2),
          around: output.slice(Math.max(0, at - 150), at + 150),
        },
      ];
}
