import { quote } from '../core/shell.ts';
import { decoder, encoded } from './frame.ts';
import { hostText } from './host-text.ts';
import type { IdentityShell } from './identity-shell.ts';
import type { Transport } from './transport.ts';
import { type Outcome, TransferFailed } from './types.ts';

/** From this many bytes on a channel of its own is faster than the shell and its base64. */
const BIG = 256 * 1024;

/** Bytes of one here-document. Some are on their way at once, so that the host never waits for us. */
const PIECE = 192 * 1024;
const AHEAD = 3;

/** Writes a new file; `direct` is where a channel of the same identity can be opened, if anywhere. */
export async function putFile(
  shell: IdentityShell,
  direct: Transport | undefined,
  path: string,
  content: Buffer,
): Promise<void> {
  const end =
    direct && content.length >= BIG ? await pour(direct, path, content) : await write(shell, path, content);
  if (end.status === 0) return;
  throw new TransferFailed(`cannot write ${path}: ${hostText(end.stderr) || `status ${end.status}`}`);
}

/** Reads a whole file; null when there is none. */
export async function fetchFile(shell: IdentityShell, path: string): Promise<Buffer | null> {
  const { status, stdout, stderr } = await shell.submit('ask', {
    script: `cat -- ${quote(path)}`,
    options: {},
  });
  if (status === 0) return stdout;
  const words = hostText(stderr);
  // `ask` speaks the C locale, so the words are the same everywhere.
  if (/: (No such file or directory|Not a directory)$/.test(words)) return null;
  throw new TransferFailed(`cannot read ${path}: ${words || `status ${status}`}`);
}

type End = Pick<Outcome, 'status' | 'stderr'>;

/** Fails if the file is there (`set -C`), and lets nobody else read it from its first byte on. */
const NEW_FILE = 'umask 077;set -C;';

async function write(shell: IdentityShell, path: string, content: Buffer): Promise<End> {
  const tools = { base64: await shell.base64() };
  const target = quote(path);
  const send = (bytes: Buffer, how: '>' | '>>') => {
    const script =
      bytes.length === 0
        ? `${NEW_FILE}:>${target}`
        : `${how === '>' ? NEW_FILE : ''}{ ${decoder('T', tools)}\n${encoded('T', bytes, tools)}} ${how}${target}`;
    return shell.submit('ask', { script, options: {} });
  };
  const first = await send(content.subarray(0, PIECE), '>');
  if (first.status !== 0) return first;
  const underway: Promise<Outcome>[] = [];
  let failed: Outcome | undefined;
  for (let at = PIECE; at < content.length && !failed; at += PIECE) {
    underway.push(send(content.subarray(at, at + PIECE), '>>'));
    if (underway.length >= AHEAD) failed = failure(await underway.shift()!);
  }
  for (const outcome of await Promise.all(underway)) failed ??= failure(outcome);
  if (!failed) return first;
  await shell.submit('ask', { script: `rm -f ${target}`, options: {} });
  return failed;
}

function failure(outcome: Outcome): Outcome | undefined {
  return outcome.status === 0 ? undefined : outcome;
}

/** Through a channel of its own: as fast as the connection, and never more in memory than it takes. */
async function pour(transport: Transport, path: string, content: Buffer): Promise<End> {
  const script = `${NEW_FILE}LC_ALL=C exec cat >${quote(path)}`;
  const channel = await transport.open(`exec /bin/sh -c ${quote(script)}`);
  const said: Buffer[] = [];
  channel.stdout.resume();
  channel.stderr.on('data', (chunk: Buffer) => {
    if (said.length < 16) said.push(chunk);
  });
  // A pipe that breaks is told by the status.
  channel.stdin.on('error', () => {});
  let open = true;
  channel.ended.then(() => {
    open = false;
  });
  for (let at = 0; at < content.length && open; at += PIECE) {
    if (channel.stdin.write(content.subarray(at, at + PIECE))) continue;
    await Promise.race([channel.ended, new Promise(resolve => channel.stdin.once('drain', resolve))]);
  }
  channel.stdin.end();
  const { status } = await channel.ended;
  if (transport.lost) throw transport.lost;
  return { status: status ?? 1, stderr: Buffer.concat(said) };
}
