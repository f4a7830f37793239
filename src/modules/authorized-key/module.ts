import { posix } from 'node:path';
import { stateModule, type Wanted } from '../define.ts';
import { Failure } from '../failure.ts';
import { lookUpOwners, type Owners } from '../file-attributes.ts';
import type { Reader } from '../host/access.ts';
import { ask } from '../http/request.ts';
import type { Target } from '../kind.ts';
import { findGroupById, findUser } from '../kinds/account.ts';
import type { User } from '../kinds/account-tables.ts';
import {
  ABSENT,
  contentOf,
  type Directory,
  described,
  type FileAttributes,
  type FileState,
  type Found,
  file,
  fileBytes,
  fileHead,
  filesTarget,
  fileTarget,
  lookThrough,
  type RegularFile,
} from '../kinds/file.ts';
import { hostPath } from '../kinds/host-path.ts';
import { madeFolders, missingFolders } from '../missing-folders.ts';
import { type Infer, t } from '../parameters.ts';
import { withKeys } from './keys.ts';

const parameters = {
  user: t.str({ required: true, doc: 'Whose login the keys are for.' }),
  key: t.str({ required: true, doc: 'Keys, one a line, or the URL of a text with them.' }),
  path: t.path({ doc: 'The file, instead of .ssh/authorized_keys in the home of the user.' }),
  manage_dir: t.bool({
    default: true,
    doc: 'Make the folder of the file, and give it to the user with mode 0700.',
  }),
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  key_options: t.str({ doc: 'Options for the keys, such as no-pty.' }),
  comment: t.str({ doc: 'A comment for the keys instead of their own.' }),
  exclusive: t.bool({ default: false, doc: 'Remove all other keys, and every other line.' }),
  follow: t.bool({ default: false, doc: 'Write what a link leads to instead of replacing the link.' }),
  validate_certs: t.bool({ default: true }),
} as const;

type Parameters = Infer<typeof parameters>;

interface Now {
  readonly keys: string;
  readonly path: string;
  readonly own: FileState;
  readonly bytes: Buffer | null;
  /** The folder of the file, and what is missing above that. */
  readonly folder: Found;
  readonly missing: readonly Found[];
  readonly above: FileState;
  readonly defaults: Owners;
  readonly owner: Pick<FileAttributes, 'uid' | 'owner' | 'gid' | 'group'>;
}

export const authorizedKey = stateModule({
  names: ['authorized_key', 'ansible.posix.authorized_key'],
  summary: 'Manage the keys that may log in as a user',
  parameters,
  probe: look,
  want,
});

async function look(host: Reader, p: Parameters): Promise<Now> {
  const [user, keys] = await Promise.all([findUser(host, p.user), fetchKeys(p)]);
  if (!user) {
    throw new Failure(`there is no user "${p.user}" on this host`, {}, 'create the user before this task');
  }
  const asked =
    p.path === undefined ? posix.join(user.home, '.ssh', 'authorized_keys') : await hostPath(host, p.path);
  const [own, folder, head, owner] = await Promise.all([
    host.look(file, asked),
    lookThrough(host, posix.dirname(asked)),
    host.look(fileHead, asked),
    ownerOf(host, user),
  ]);
  const followed =
    own.type === 'link' && p.follow ? await lookThrough(host, asked) : { path: asked, state: own };
  const bytes = !head ? null : head.whole ? head.bytes : await host.look(fileBytes, asked);
  const missing = folder.state.type === 'absent' ? await missingFolders(host, posix.dirname(asked)) : [];
  const [above, defaults] =
    missing.length === 0
      ? [folder, {}]
      : await Promise.all([
          lookThrough(host, posix.dirname(missing[0]!.path)),
          lookUpOwners(host, ABSENT, {}),
        ]);
  return {
    above: above.state,
    defaults,
    keys,
    path: followed.path,
    own: followed.state,
    bytes,
    folder,
    missing,
    owner,
  };
}

async function fetchKeys(p: Parameters): Promise<string> {
  if (!/^https?:\/\//.test(p.key)) return p.key;
  const answer = await ask({ url: p.key, timeout: 10, validateCerts: p.validate_certs, most: 1024 ** 2 });
  if (answer.status === 200) return answer.body.toString('utf8');
  throw new Failure(`cannot get keys from ${p.key}: ${answer.status} ${answer.reason}`);
}

async function ownerOf(host: Reader, user: User): Promise<Now['owner']> {
  const group = user.gid === undefined ? null : await findGroupById(host, user.gid);
  return {
    uid: user.uid ?? null,
    owner: user.name,
    gid: user.gid ?? null,
    // A group that comes with a user that is not there yet has the user's name.
    group: group?.name ?? (user.gid === undefined ? user.name : String(user.gid)),
  };
}

function want(now: Now, p: Parameters): Wanted {
  const { path, own, owner } = now;
  if (own.type === 'directory' || own.type === 'other') {
    throw new Failure(`${path} should be a file of keys and is ${described(own)}`);
  }
  const old = now.bytes?.toString('utf8') ?? '';
  const text = withKeys(old, { ...p, keys: now.keys });
  const result = { ...p, key: p.key, keyfile: path };
  // Folder and permissions are put right when keys change, not otherwise.
  if (text === old) return { targets: [], result };
  const before: FileState = own.type === 'file' ? { ...own, content: contentOf(Buffer.from(old)) } : own;
  const after: RegularFile = {
    type: 'file',
    ...owner,
    mode: 0o600,
    size: Buffer.byteLength(text),
    content: contentOf(Buffer.from(text)),
  };
  return { targets: [...folderTargets(now, p), fileTarget(path, before, after)], result };
}

function folderTargets(now: Now, { manage_dir }: Parameters): Target[] {
  const { folder, missing, owner } = now;
  const mine: Directory = { type: 'directory', ...owner, mode: 0o700 };
  if (missing.length === 0) {
    if (!manage_dir || folder.state.type !== 'directory') return [];
    return [filesTarget([[folder.path, folder.state, { ...folder.state, ...owner, mode: 0o700 }]])];
  }
  const above = missing.slice(0, -1);
  if (manage_dir && above.length > 0) {
    const hint = 'create_home: true of the module user makes the home';
    throw new Failure(`cannot make ${folder.path}: ${above.at(-1)!.path} does not exist`, {}, hint);
  }
  if (!manage_dir) return [filesTarget(madeFolders(missing, now.above, {}, now.defaults))];
  return [filesTarget(missing.map(({ path }) => [path, ABSENT, mine]))];
}
