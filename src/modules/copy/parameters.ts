import { attributeParameters } from '../file-attributes.ts';
import { type Constraint, type Infer, mutuallyExclusive, oneOf, t } from '../parameters.ts';
import { validateHasPlace } from '../write-file.ts';

export const copyParameters = {
  src: t.path({ doc: 'File or directory of the controller; of the host with remote_src.' }),
  content: t.raw({ doc: 'The contents themselves, instead of src; a mapping or list becomes JSON.' }),
  dest: t.path({ required: true, doc: 'Where it goes; a directory if it ends with a slash or is one.' }),
  backup: t.bool({ default: false, doc: 'Keep what was there under a name with date and time.' }),
  force: t.bool({ default: true, aliases: ['thirsty'], doc: 'Replace a file that has other contents.' }),
  remote_src: t.bool({ default: false, doc: 'src is on the host.' }),
  follow: t.bool({ default: false, doc: 'Write what a link at dest leads to.' }),
  local_follow: t.bool({ default: true, doc: 'Copy what links in a source directory lead to.' }),
  directory_mode: t.mode({ doc: 'Permissions of directories that are made.' }),
  checksum: t.str({ doc: 'SHA-1 that the contents must have.' }),
  decrypt: t.bool({ default: true, doc: 'Open source files that are vaults.' }),
  validate: t.str({ doc: 'Command that must accept the new file, %s standing for it.' }),
  ...attributeParameters,
} as const;

export type CopyParameters = Infer<typeof copyParameters>;

export const copyConstraints: readonly Constraint[] = [
  oneOf('src', 'content'),
  mutuallyExclusive('src', 'content'),
  validateHasPlace,
  given =>
    given.has('content') && String(given.get('dest')).endsWith('/')
      ? 'content needs a file as dest, not a directory'
      : undefined,
];
