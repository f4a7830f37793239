import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { Lab } from '../lab/index.ts';

const repo = resolve(import.meta.dirname, '../..');

/** One task's end on one host, as `--json` tells it. */
export interface TaskResult {
  readonly name: string;
  readonly host: string;
  readonly status: string;
  readonly message?: string;
  readonly differences: readonly unknown[];
}

export interface Run {
  /** Exit status. */
  readonly status: number | null;
  readonly results: readonly TaskResult[];
  /** Names of the tasks that changed something, or would; in order. */
  readonly changed: readonly string[];
  /** All that was printed, for messages of failed expectations. */
  readonly output: string;
}

/** A project folder that uses the roles of this repository on the hosts of a lab. */
export class RolesProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'tsible-roles-'));

  constructor(private readonly lab: Lab) {
    this.write('hosts', lab.inventory());
    this.write('ansible.cfg', `[defaults]\nroles_path = ${join(repo, 'roles')}\n`);
  }

  write(path: string, text: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Plays one role with these variables on one host. */
  play(
    role: string,
    host: string,
    vars: Readonly<Record<string, unknown>>,
    ...flags: string[]
  ): Promise<Run> {
    this.write(
      'site.json',
      JSON.stringify([{ hosts: host, become: true, gather_facts: false, roles: [role] }]),
    );
    this.write('vars.json', JSON.stringify(vars));
    return this.tsible('play', '-i', 'hosts', 'site.json', '-e', '@vars.json', '--json', '--diff', ...flags);
  }

  /**
   * Check run, real run, check run, real run. Throws unless the first two say the same, with the same
   * differences, and the last two find nothing to do. Gives the first real run.
   */
  async settle(role: string, host: string, vars: Readonly<Record<string, unknown>>): Promise<Run> {
    const predicted = await this.play(role, host, vars, '--check');
    const real = await this.play(role, host, vars);
    const checkAgain = await this.play(role, host, vars, '--check');
    const again = await this.play(role, host, vars);
    for (const run of [predicted, real, checkAgain, again]) {
      if (run.status !== 0) throw new Error(`the role failed:\n${run.output}`);
    }
    const foreseen = JSON.stringify(changes(predicted), null, 1);
    const happened = JSON.stringify(changes(real), null, 1);
    if (foreseen !== happened) throw new Error(`foreseen:\n${foreseen}\nhappened:\n${happened}`);
    for (const run of [checkAgain, again]) {
      if (run.changed.length > 0) throw new Error(`found something to do again:\n${run.output}`);
    }
    return real;
  }

  tsible(...words: string[]): Promise<Run> {
    return new Promise((done, reject) => {
      const child = spawn(process.execPath, [join(repo, 'dist/tsible.js'), ...words], {
        cwd: this.folder,
        env: { ...process.env, ANSIBLE_FORCE_COLOR: '0' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      let errors = '';
      child.stdout.on('data', chunk => {
        output += chunk;
      });
      child.stderr.on('data', chunk => {
        errors += chunk;
      });
      child.on('error', reject);
      child.on('close', status => {
        const results = output.split('\n').flatMap(resultOf);
        const changed = results.filter(result => result.status === 'changed').map(({ name }) => name);
        done({ status, results, changed, output: output + errors });
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A login with a private key, around tsible: the words for `ssh`, without the command. */
  ssh(user: string, host: string, identityFile = this.lab.identityFile): string[] {
    const options = ['-F', 'none', '-i', identityFile, '-o', `UserKnownHostsFile=${this.lab.knownHosts}`];
    const only = ['-o', 'IdentitiesOnly=yes', '-o', 'BatchMode=yes', '-o', 'ConnectTimeout=5'];
    return [...options, ...only, `${user}@${this.lab.host(host).address}`];
  }
}

function changes(run: Run): unknown[] {
  return run.results
    .filter(result => result.status === 'changed')
    .map(({ name, differences }) => ({ name, differences }));
}

function resultOf(line: string): TaskResult[] {
  if (!line.startsWith('{')) return [];
  const event = JSON.parse(line) as {
    type: string;
    host: string;
    status: string;
    message?: string;
    differences?: unknown[];
    task?: { name: string };
    items?: number;
  };
  if (event.type !== 'result' || !event.task) return [];
  const { host, status, message, differences = [] } = event;
  return [{ name: event.task.name, host, status, message, differences }];
}
