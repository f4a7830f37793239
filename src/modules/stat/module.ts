import { Unknown } from '../../core/value.ts';
import { stateModule } from '../define.ts';
import { modeText } from '../file-mode.ts';
import {
  type FileDetails,
  type FileState,
  file,
  fileDigest,
  lookThrough,
  type PresentFile,
} from '../kinds/file.ts';
import { ALGORITHMS, type Algorithm } from '../kinds/file-disk.ts';
import { hostPath } from '../kinds/host-path.ts';
import { t } from '../parameters.ts';
import { fileExtras, foreseenExtras } from './extras.ts';

/** Answers what stands at a path; changes nothing. */
export const stat = stateModule({
  names: ['stat', 'ansible.builtin.stat'],
  summary: 'Tell what stands at a path',
  parameters: {
    path: t.path({ required: true, aliases: ['dest', 'name'] }),
    follow: t.bool({ default: false, doc: 'Look at what a link leads to.' }),
    get_checksum: t.bool({ default: true }),
    get_md5: t.bool({ default: false }),
    checksum_algorithm: t.choice(ALGORITHMS)({ default: 'sha1', aliases: ['checksum', 'checksum_algo'] }),
    get_mime: t.bool({ default: true, aliases: ['mime', 'mime_type', 'mime-type'] }),
    get_attributes: t.bool({ default: true, aliases: ['attr', 'attributes'] }),
  },
  readOnly: true,
  probe: async (host, p) => {
    const path = await hostPath(host, p.path);
    const digest = async (algorithm: Algorithm, wanted: boolean) =>
      // What may not be read has no checksum.
      wanted ? host.look(fileDigest, { path, algorithm }).catch(() => null) : null;
    const [own, extras, checksum, md5] = await Promise.all([
      host.look(file, path),
      host.look(fileExtras, { path, mime: p.get_mime, attributes: p.get_attributes }),
      digest(p.checksum_algorithm, p.get_checksum),
      digest('md5', p.get_md5),
    ]);
    const through = own.type === 'link' ? await lookThrough(host, path) : { path, state: own };
    return { own, through, extras, checksum, md5 };
  },
  want: ({ own, through, extras, checksum, md5 }, p) => {
    const state = p.follow ? through.state : own;
    if (state.type === 'absent') return { targets: [], result: { stat: { exists: false } } };
    const regular = state.type === 'file';
    return {
      targets: [],
      result: {
        stat: {
          exists: true,
          path: p.path,
          ...typeFields(state),
          ...permissionFields(state.mode),
          ...numberFields(state),
          ...(state.type === 'link' && { lnk_source: through.path, lnk_target: state.target }),
          pw_name: state.owner === String(state.uid) ? undefined : state.owner,
          gr_name: state.group === String(state.gid) ? undefined : state.group,
          ...(extras ?? foreseenExtras(state)),
          ...(regular && checksum !== null && { checksum }),
          ...(regular && p.get_md5 && { md5 }),
        },
      },
    };
  },
});

function typeFields(state: PresentFile): Record<string, boolean> {
  const other = state.type === 'other' ? state.what : undefined;
  return {
    isdir: state.type === 'directory',
    isreg: state.type === 'file',
    islnk: state.type === 'link',
    isfifo: other === 'fifo',
    issock: other === 'socket',
    isblk: other === 'block device',
    ischr: other === 'character device',
  };
}

function permissionFields(mode: number): Record<string, boolean | string> {
  const fields: Record<string, boolean | string> = { mode: modeText(mode) };
  (['usr', 'grp', 'oth'] as const).forEach((who, i) => {
    const bits = mode >> (6 - 3 * i);
    fields[`r${who}`] = (bits & 4) !== 0;
    fields[`w${who}`] = (bits & 2) !== 0;
    fields[`x${who}`] = (bits & 1) !== 0;
  });
  return { ...fields, isuid: (mode & 0o4000) !== 0, isgid: (mode & 0o2000) !== 0 };
}

const NOT_YET = new Unknown('the file is only foreseen by this check run');

function numberFields(state: Exclude<FileState, { type: 'absent' }>): Record<string, unknown> {
  const { details } = state;
  const known = (field: (details: FileDetails) => number) => (details ? field(details) : NOT_YET);
  return {
    uid: state.uid ?? NOT_YET,
    gid: state.gid ?? NOT_YET,
    size: state.type === 'file' ? (state.content?.size ?? state.size) : sizeOf(state),
    inode: known(({ inode }) => inode),
    dev: known(({ device }) => device),
    nlink: known(({ links }) => links),
    atime: known(({ atime }) => atime),
    mtime: known(({ mtime }) => mtime),
    ctime: known(({ ctime }) => ctime),
    blocks: known(({ blocks }) => blocks),
    block_size: known(({ blockSize }) => blockSize),
    // As the kernel packs a small major and minor number.
    device_type: known(({ deviceType: [major, minor] }) => (major << 8) | minor),
  };
}

function sizeOf(state: PresentFile): number | Unknown {
  return state.type === 'link' ? Buffer.byteLength(state.target) : (state.details?.size ?? NOT_YET);
}
