import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CANARIES, type Sighting, sightings } from './canaries.ts';
import { BROKEN, FILES, PLAIN, PLAINLY, type Scene, SEALED, SHORT, TYPED, UNLOGGED } from './hunt-scenes.ts';

const SECRETS = {
  ...CANARIES,
  ...PLAINLY,
  ...TYPED,
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
    this.#vault('', 'encrypt', ...Object.keys(SEALED));
    this.#write(
      'group_vars/all/single.yml',
      this.#vault(CANARIES.inline, 'encrypt_string', '--stdin-name', 'inline'),
    );
  }

  /** Plays a scene, with one mask taken away perhaps. */
  async play({ words, input = '', fault = '' }: Scene, mutant = ''): Promise<Found> {
    const [command, ...first] = this.program;
    const child = spawn('setsid', ['--wait', command!, ...first, ...words], {
      cwd: this.#folder,
      env: { ...process.env, TSIBLE_MUTANTS: `<${mutant}><${fault}>` },
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
    const [command, ...first] = this.program;
    const given = [...first, 'vault', ...words, '--vault-password-file', 'password'];
    const { status, stdout, stderr } = spawnSync(command!, given, {
      cwd: this.#folder,
      input,
      encoding: 'utf8',
      env: { ...process.env, TSIBLE_MUTANTS: '' },
    });
    if (status !== 0) throw new Error(`tsible vault ${words[0]}: ${stderr}`);
    return stdout;
  }
}

function shortOnes(output: string): Sighting[] {
  const at = output.search(new RegExp(`${SHORT}|${SHORT.toUpperCase()}`));
  return at === -1
    ? []
    : [{ canary: 'short', shape: SHORT, around: output.slice(Math.max(0, at - 150), at + 150) }];
}
