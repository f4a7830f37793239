import { each, type Infer, t } from './parameters.ts';

export const userParameters = {
  name: t.str({ required: true, aliases: ['user'], doc: 'Name of the user.' }),
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  uid: t.int({ doc: 'Number of the user; without it, the next free one.' }),
  non_unique: t.bool({ default: false, doc: 'The number may be taken already. Needs uid.' }),
  uid_min: t.int({ doc: 'Least number for a new user, instead of UID_MIN in login.defs.' }),
  uid_max: t.int({ doc: 'Greatest number for a new user, instead of UID_MAX in login.defs.' }),
  comment: t.str({ doc: 'The user’s full name or a description (GECOS).' }),
  group: t.str({ doc: 'Name or number of the primary group. It must exist.' }),
  groups: t.list(each.str)({
    doc: 'Supplementary groups; an empty list takes the user out of all of them, unless append.',
  }),
  append: t.bool({ default: false, doc: 'Add to the groups that the user has, instead of replacing them.' }),
  shell: t.path({ doc: 'Login shell.' }),
  home: t.path({ doc: 'Home directory.' }),
  skeleton: t.path({ doc: 'Folder whose contents a new home directory begins with, instead of /etc/skel.' }),
  create_home: t.bool({
    default: true,
    aliases: ['createhome'],
    doc: 'Make the home directory where it is missing.',
  }),
  move_home: t.bool({ default: false, doc: 'Move what is in the old home directory when home changes.' }),
  umask: t.str({ doc: 'Mask for a new home directory’s mode, in octal.' }),
  password: t.secret({ secret: true, doc: 'The password’s hash, as crypt(3) makes it.' }),
  update_password: t.choice(['always', 'on_create'])({
    default: 'always',
    doc: 'Whether an existing user’s password is set as well.',
  }),
  password_lock: t.bool({ doc: 'Lock the password, or unlock it.' }),
  password_expire_max: t.int({ doc: 'Most days between changes of the password.' }),
  password_expire_min: t.int({ doc: 'Fewest days between changes of the password.' }),
  password_expire_warn: t.int({ doc: 'Days of warning before the password expires.' }),
  password_expire_account_disable: t.int({
    doc: 'Days from the password’s expiry until the account is disabled.',
  }),
  expires: t.float({
    doc: 'When the account expires, in seconds since 1970; a negative number takes the expiry away.',
  }),
  system: t.bool({ default: false, doc: 'A new user is a system account.' }),
  local: t.bool({
    default: false,
    doc: 'Look at the local users only, not at those of a directory service.',
  }),
  force: t.bool({
    default: false,
    doc: 'With state=absent, remove the user even if logged in; with generate_ssh_key, replace the key.',
  }),
  remove: t.bool({ default: false, doc: 'With state=absent, remove the home directory too.' }),
  generate_ssh_key: t.bool({ default: false, doc: 'Make a key pair for the user, if there is none.' }),
  ssh_key_type: t.str({ default: 'rsa' }),
  ssh_key_bits: t.int(),
  ssh_key_file: t.path({ doc: 'Relative to the home directory; .ssh/id_TYPE if not given.' }),
  ssh_key_comment: t.str({ doc: '“ansible-generated on HOST” if not given.' }),
  ssh_key_passphrase: t.secret({ secret: true }),
  // What only other systems have; named here so that the error can say so.
  hidden: t.bool({ doc: 'macOS only: not supported.' }),
  seuser: t.str({ doc: 'SELinux user: not supported.' }),
  login_class: t.str({ doc: 'BSD only: not supported.' }),
  profile: t.str({ doc: 'Solaris only: not supported.' }),
  authorization: t.str({ doc: 'Solaris only: not supported.' }),
  role: t.str({ doc: 'Solaris only: not supported.' }),
};

export const UNSUPPORTED = ['hidden', 'seuser', 'login_class', 'profile', 'authorization', 'role'] as const;

export type UserParameters = Infer<typeof userParameters>;
