import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { AnyAuthMethod, BaseAgent, IdentityCallback, ParsedKey } from 'ssh2';
import type { SshTarget } from './ssh-target.ts';
import type { Ssh2Client } from './ssh2-client.ts';
import { Unreachable } from './types.ts';

/** Tried when the user named no key, in this order. */
const DEFAULT_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa'];

/** One thing to try, and what to call it when it was of no use. */
export interface Attempt {
  readonly label: string;
  readonly type: AnyAuthMethod['type'];
  readonly method: AnyAuthMethod;
}

/**
 * What to offer the server, best first: a key that was named, then a password that was given, then the
 * agent's keys and the default files. Each wrong offer costs a round trip, and servers count them.
 * Throws Unreachable if a named key cannot be used and nothing else was given.
 */
export async function authenticationPlan(ssh2: Ssh2Client, target: SshTarget): Promise<Attempt[]> {
  const { user: username, password, methods } = target;
  const plan: Attempt[] = [];
  const problems: string[] = [];
  const named = target.identityFiles.length > 0;
  const files = named ? target.identityFiles : DEFAULT_FILES.map(name => join(homedir(), '.ssh', name));
  const keys: Attempt[] = [];
  const sealed: Buffer[] = [];
  for (const file of methods.key ? files : []) {
    const found = await readKey(ssh2, file, target);
    if (found.kind === 'key') {
      keys.push({
        label: `key ${file}`,
        type: 'publickey',
        method: { type: 'publickey', username, key: found.key },
      });
    } else if (found.kind === 'sealed') {
      problems.push(`key ${file} is encrypted and no passphrase was given`);
      if (found.publicKey) sealed.push(found.publicKey);
    } else if (named) {
      problems.push(found.why);
    }
  }
  if (named) plan.push(...keys);
  if (password !== undefined) {
    const text = password.reveal();
    if (methods.password)
      plan.push({
        label: 'password',
        type: 'password',
        method: { type: 'password', username, password: text },
      });
    if (methods.keyboard)
      plan.push({
        label: 'keyboard-interactive',
        type: 'keyboard-interactive',
        method: answering(username, text),
      });
  }
  const agent = methods.key ? agentOf(ssh2, target, sealed) : undefined;
  if (agent)
    plan.push({ label: 'keys of the agent', type: 'agent', method: { type: 'agent', username, agent } });
  if (!named) plan.push(...keys);
  if (plan.length === 0) {
    throw new Unreachable(
      `${target.name}: nothing to log in with as ${username}: ${problems.join('; ') || 'no key, no agent and no password'}`,
      problems.some(problem => problem.includes('encrypted'))
        ? 'load the key into an agent with ssh-add'
        : 'name a key with --private-key or ansible_ssh_private_key_file, or ask for a password with -k',
    );
  }
  return plan;
}

type Found =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'sealed'; readonly publicKey: Buffer | undefined }
  | { readonly kind: 'unusable'; readonly why: string };

/** Parsed keys by file: a run with fifty hosts reads and opens each key once. */
const parsed = new Map<string, Promise<Found>>();

function readKey(ssh2: Ssh2Client, file: string, target: SshTarget): Promise<Found> {
  let found = parsed.get(file);
  if (!found) {
    found = parseKeyFile(ssh2, file, target);
    parsed.set(file, found);
  }
  return found;
}

async function parseKeyFile(ssh2: Ssh2Client, file: string, target: SshTarget): Promise<Found> {
  const text = await readFile(file).catch((error: NodeJS.ErrnoException) => error);
  if (text instanceof Error) return { kind: 'unusable', why: `key ${file} cannot be read (${text.code})` };
  const first = ssh2.parseKey(text);
  let key = first instanceof Error ? first : [first].flat()[0]!;
  if (key instanceof Error && /encrypted|passphrase/i.test(key.message)) {
    const passphrase = await target.passphrase?.(file);
    if (passphrase === undefined) return { kind: 'sealed', publicKey: await publicKeyBeside(ssh2, file) };
    const opened = ssh2.parseKey(text, passphrase.reveal());
    if (opened instanceof Error)
      return { kind: 'unusable', why: `key ${file} does not open with that passphrase` };
    key = [opened].flat()[0]!;
  }
  if (key instanceof Error) return { kind: 'unusable', why: `key ${file} is of a kind that cannot be read` };
  if (!key.isPrivateKey()) return { kind: 'unusable', why: `${file} is a public key, not a private one` };
  return { kind: 'key', key };
}

/** The agent may hold what the file holds encrypted. */
async function publicKeyBeside(ssh2: Ssh2Client, file: string): Promise<Buffer | undefined> {
  const text = await readFile(`${file}.pub`).catch(() => undefined);
  const key = text === undefined ? undefined : ssh2.parseKey(text);
  return key === undefined || key instanceof Error ? undefined : [key].flat()[0]!.getPublicSSH();
}

/** The agent, held to the keys the user named where only those may be offered. */
function agentOf(ssh2: Ssh2Client, target: SshTarget, sealed: readonly Buffer[]): BaseAgent | undefined {
  if (target.agent === undefined) return undefined;
  if (!target.identitiesOnly) return new ssh2.OpenSSHAgent(target.agent);
  if (sealed.length === 0) return undefined;
  class NamedKeys extends ssh2.OpenSSHAgent {
    override getIdentities(callback: IdentityCallback<ParsedKey>): void {
      super.getIdentities((error, keys) => {
        // The agent's own class gives parsed keys, and nothing else its type allows.
        const parsedKeys = keys as ParsedKey[] | undefined;
        callback(
          error,
          parsedKeys?.filter(key => sealed.some(wanted => key.getPublicSSH().equals(wanted))),
        );
      });
    }
  }
  return new NamedKeys(target.agent);
}

/** Answers the one hidden question a server asks with the password; anything else is not for us to answer. */
function answering(username: string, password: string): AnyAuthMethod {
  let answered = false;
  return {
    type: 'keyboard-interactive',
    username,
    prompt: (_name, _instructions, _lang, prompts, finish) => {
      const hidden = prompts.length === 1 && prompts[0]!.echo !== true && !answered;
      answered ||= hidden;
      finish(hidden ? [password] : prompts.map(() => ''));
    },
  };
}
