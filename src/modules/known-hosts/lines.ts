import { createHash, createHmac } from 'node:crypto';

/** A line of known_hosts that names hosts and a key. */
export interface HostKeyLine {
  /** `@revoked`, `@cert-authority`; empty for an ordinary one. */
  readonly marker: string;
  readonly hosts: string;
  readonly type: string;
  readonly key: string;
  readonly comment: string;
}

/** null: a comment, an empty line, or something else. */
export function parseHostKey(line: string): HostKeyLine | null {
  const match = /^\s*(?:(@\S+)\s+)?(\S+)\s+(\S+)\s+([A-Za-z0-9+/=]+)(?:\s+(.*))?$/.exec(line);
  if (!match || match[2]!.startsWith('#')) return null;
  const [, marker = '', hosts, type, key, comment = ''] = match;
  return { marker, hosts: hosts!, type: type!, key: key!, comment: comment.trim() };
}

export function isHashed(hosts: string): boolean {
  return hosts.startsWith('|1|');
}

/** Whether a line's host field names exactly this host (`example.org`, `[example.org]:2222`). */
export function namesHost(hosts: string, host: string): boolean {
  if (isHashed(hosts)) {
    const [, , salt, hash] = hosts.split('|');
    return salt !== undefined && hash === digest(Buffer.from(salt, 'base64'), host);
  }
  return hosts.toLowerCase().split(',').includes(host.toLowerCase());
}

/** The salt follows from the line, so that a check run shows the line that a real run writes. */
export function hashHost(host: string, key: string): string {
  const salt = createHash('sha1').update(`${host} ${key}`).digest();
  return `|1|${salt.toString('base64')}|${digest(salt, host)}`;
}

function digest(salt: Buffer, host: string): string {
  return createHmac('sha1', salt).update(host.toLowerCase()).digest('base64');
}

export interface KeyWish {
  readonly host: string;
  readonly key: HostKeyLine;
  readonly hashed: boolean;
}

/** The file's text with this key as the host's only one of its type. */
export function withHostKey(text: string, { host, key, hashed }: KeyWish): string {
  const lines = splitLines(text);
  const own = (line: string) => {
    const parsed = parseHostKey(line);
    const same = parsed && parsed.type === key.type && parsed.marker === key.marker;
    return same && namesHost(parsed.hosts, host) ? parsed : null;
  };
  const right = lines.some(line => {
    const parsed = own(line);
    return parsed?.key === key.key && isHashed(parsed.hosts) === hashed;
  });
  if (right && lines.every(line => !own(line) || own(line)!.key === key.key)) return text;
  const name = hashed ? hashHost(host, key.key) : isHashed(key.hosts) ? host : key.hosts;
  const written = [key.marker, name, key.type, key.key, key.comment].filter(part => part !== '').join(' ');
  const kept = lines.filter(line => !own(line));
  return `${[...kept, written].join('\n')}\n`;
}

/** The file's text without the host's keys, or without this one. */
export function withoutHostKey(text: string, host: string, key: HostKeyLine | undefined): string {
  const lines = splitLines(text);
  const kept = lines.filter(line => {
    const parsed = parseHostKey(line);
    if (!parsed || !namesHost(parsed.hosts, host)) return true;
    return key !== undefined && (parsed.type !== key.type || parsed.key !== key.key);
  });
  if (kept.length === lines.length) return text;
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
