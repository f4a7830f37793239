import { each, type Infer, t } from '../parameters.ts';

export const aptParameters = {
  name: t.list(each.str)({
    aliases: ['package', 'pkg'],
    doc: 'Packages: `nginx`, `nginx=1.22*`, `nginx>=1.20`, `nginx/bookworm-backports`, `nginx-mod-*`.',
  }),
  state: t.choice(['present', 'absent', 'latest', 'build-dep', 'fixed'])({
    default: 'present',
    doc: 'build-dep installs what is needed to build them; fixed repairs what was left broken.',
  }),
  deb: t.path({ doc: 'A package file on the host, or a URL the host can fetch one from.' }),
  upgrade: t.choice(['no', 'yes', 'safe', 'full', 'dist'])({
    default: 'no',
    doc: 'Upgrade all packages; full and dist may remove some for it.',
  }),
  update_cache: t.bool({ aliases: ['update-cache'], doc: 'Fetch the lists of packages first.' }),
  update_cache_retries: t.int({ default: 5 }),
  update_cache_retry_max_delay: t.int({ default: 12, doc: 'Seconds.' }),
  cache_valid_time: t.int({ default: 0, doc: 'Seconds for which lists need not be fetched again.' }),
  default_release: t.str({ aliases: ['default-release'], doc: 'The release to take packages from.' }),
  install_recommends: t.bool({ aliases: ['install-recommends'], doc: 'The host’s setting if not given.' }),
  only_upgrade: t.bool({ default: false, doc: 'Install nothing new.' }),
  purge: t.bool({ default: false, doc: 'Remove configuration files as well.' }),
  autoremove: t.bool({
    default: false,
    doc: 'Remove what was installed for others and is needed no longer.',
  }),
  fail_on_autoremove: t.bool({ default: false, doc: 'Fail rather than remove any package.' }),
  autoclean: t.bool({ default: false, doc: 'Delete package files that can no longer be fetched.' }),
  clean: t.bool({ default: false, doc: 'Delete all package files that were fetched.' }),
  force: t.bool({
    default: false,
    doc: 'Skip signatures and permit downgrades and the removal of anything.',
  }),
  allow_unauthenticated: t.bool({
    default: false,
    aliases: ['allow-unauthenticated'],
    doc: 'Install packages that no key vouches for.',
  }),
  allow_downgrade: t.bool({
    default: false,
    aliases: ['allow-downgrade', 'allow_downgrades', 'allow-downgrades'],
  }),
  allow_change_held_packages: t.bool({ default: false }),
  dpkg_options: t.str({ default: 'force-confdef,force-confold', doc: 'Options of dpkg, without dashes.' }),
  policy_rc_d: t.int({ doc: 'Exit status of policy-rc.d meanwhile; 101 keeps services from being started.' }),
  lock_timeout: t.int({ default: 60, doc: 'Seconds to wait while another process uses apt.' }),
  force_apt_get: t.bool({ default: false, doc: 'No meaning here: apt-get is always used.' }),
  auto_install_module_deps: t.bool({
    default: true,
    doc: 'No meaning here: no modules of Python are needed.',
  }),
};

export type AptParameters = Infer<typeof aptParameters>;
