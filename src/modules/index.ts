import { apt } from './apt/module.ts';
import { aptRepository } from './apt/repository.ts';
import { assemble } from './assemble.ts';
import { authorizedKey } from './authorized-key/module.ts';
import { blockinfile } from './blockinfile/module.ts';
import { command } from './command/index.ts';
import { raw } from './command/raw.ts';
import { script } from './command/script.ts';
import { shell } from './command/shell.ts';
import { copy } from './copy/module.ts';
import { cron } from './cron/module.ts';
import { debconf } from './debconf.ts';
import type { Module } from './define.ts';
import { dpkgSelections } from './dpkg-selections.ts';
import { fileModule } from './file/module.ts';
import { getUrl } from './get-url/module.ts';
import { getent } from './getent.ts';
import { group } from './group.ts';
import { hostname } from './hostname.ts';
import { iniFile } from './ini-file/module.ts';
import { iptables } from './iptables.ts';
import { iptablesRaw } from './iptables-raw.ts';
import { knownHosts } from './known-hosts/module.ts';
import { lineinfile } from './lineinfile/module.ts';
import { packageModule } from './package.ts';
import { packageFacts } from './package-facts.ts';
import { ping } from './ping.ts';
import { replace } from './replace.ts';
import { service } from './service.ts';
import { serviceFacts } from './service-facts.ts';
import { setup } from './setup.ts';
import { slurp } from './slurp.ts';
import { stat } from './stat/module.ts';
import { sudoers } from './sudoers.ts';
import { sysctl } from './sysctl/module.ts';
import { systemd } from './systemd.ts';
import { tempfile } from './tempfile.ts';
import { template } from './template.ts';
import { timezone } from './timezone.ts';
import { user } from './user.ts';
import { waitFor } from './wait-for/module.ts';

/** Every module; a new one is added here and nowhere else. */
const all: readonly Module[] = [
  assemble,
  authorizedKey,
  iptables,
  iptablesRaw,
  blockinfile,
  command,
  copy,
  cron,
  fileModule,
  getUrl,
  group,
  iniFile,
  lineinfile,
  ping,
  raw,
  replace,
  script,
  shell,
  slurp,
  stat,
  sudoers,
  tempfile,
  template,
  user,
  setup,
  service,
  systemd,
  apt,
  packageModule,
  dpkgSelections,
  sysctl,
  hostname,
  timezone,
  knownHosts,
  aptRepository,
  debconf,
  waitFor,
  getent,
  packageFacts,
  serviceFacts,
];

const byName = new Map(all.flatMap(module => module.names.map(name => [name, module] as const)));

export function findModule(name: string): Module | undefined {
  return byName.get(name) ?? byName.get(name.replace(/^ansible\.legacy\./, ''));
}

export function moduleNames(): Iterable<string> {
  return byName.keys();
}
