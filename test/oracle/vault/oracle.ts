import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { oracleRoot } from '../root.ts';

export interface VaultOracle {
  encrypt(password: Password, label: string | undefined, content: Uint8Array): Promise<string>;
  /** Throws with what Ansible says when it cannot. */
  decrypt(password: Password, label: string | undefined, sealed: string): Promise<Buffer>;
  /** A YAML text as Ansible loads it; secrets are `{secret: TEXT}`. */
  load(password: Password, yaml: string): Promise<unknown>;
  /** Runs the real ansible-vault in the oracle's folder. */
  ansibleVault(...args: string[]): { status: number | null; stdout: string; stderr: string };
  /** A folder that both see. */
  readonly folder: string;
  stop(): Promise<void>;
}

export type Password = { readonly password: Uint8Array } | { readonly passwordFile: string };

export async function startVaultOracle(): Promise<VaultOracle> {
  const root = await oracleRoot();
  const folder = mkdtempSync(join(root, 'tmp/vault-'));
  const inside = `/tmp/${basename(folder)}`;
  cpSync(join(import.meta.dirname, 'answer.py'), join(folder, 'answer.py'));
  const env = { PATH: process.env.PATH, LC_ALL: 'C.UTF-8', HOME: '/root' };
  const child = spawn('chroot', [root, 'sh', '-c', `cd ${inside} && exec python3 answer.py`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  const ask = async (question: object): Promise<Record<string, unknown>> => {
    child.stdin.write(`${JSON.stringify(question)}\n`);
    const line = await lines.next();
    if (line.done) throw new Error('the oracle has ended');
    const answer = JSON.parse(line.value) as Record<string, unknown>;
    if (answer.error) throw new Error(String(answer.error));
    return answer;
  };
  const named = (password: Password) =>
    'password' in password
      ? { password: Buffer.from(password.password).toString('base64') }
      : { password_file: password.passwordFile };
  return {
    folder,
    async encrypt(password, label, content) {
      const packed = Buffer.from(content).toString('base64');
      return String((await ask({ ask: 'encrypt', ...named(password), label, content: packed })).sealed);
    },
    async decrypt(password, label, sealed) {
      const { content } = await ask({ ask: 'decrypt', ...named(password), label, sealed });
      return Buffer.from(String(content), 'base64');
    },
    load: async (password, yaml) => (await ask({ ask: 'load', ...named(password), yaml })).value,
    ansibleVault: (...args) =>
      spawnSync('chroot', [root, 'sh', '-c', `cd ${inside} && exec "$@"`, 'sh', 'ansible-vault', ...args], {
        encoding: 'utf8',
        env,
      }),
    async stop() {
      child.stdin.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
