import { posix } from 'node:path';
import { stateModule } from './define.ts';
import { fileResult } from './file-result.ts';
import type { Reader } from './host/access.ts';
import { ABSENT, contentOf, file, fileTarget } from './kinds/file.ts';
import { hostPath } from './kinds/host-path.ts';
import { each, type Infer, mutuallyExclusive, requiredIf, t } from './parameters.ts';
import { lookAtSpot, type Spot, writtenFile } from './write-file.ts';

const parameters = {
  name: t.str({ required: true, doc: 'Name of the rule and of its file.' }),
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  user: t.str({ doc: 'Who may run the commands.' }),
  group: t.str({ doc: 'The group that may run the commands.' }),
  commands: t.list(each.str)({ doc: 'What may be run; ALL for everything.' }),
  nopassword: t.bool({ default: true, doc: 'Without asking for a password.' }),
  noexec: t.bool({ default: false, doc: 'The commands may not run others.' }),
  setenv: t.bool({ default: false, doc: 'The environment may be kept.' }),
  host: t.str({ default: 'ALL', doc: 'The host that the rule is for.' }),
  runas: t.str({ doc: 'As whom the commands may be run.' }),
  sudoers_path: t.path({ default: '/etc/sudoers.d', doc: 'Folder of the rules.' }),
  validation: t.choice(['detect', 'required', 'absent'])({
    default: 'detect',
    doc: 'Whether visudo must accept the rule: if the host has it, always, or never.',
  }),
} as const;

type Parameters = Infer<typeof parameters>;

const VALIDATE = {
  absent: undefined,
  required: 'visudo -cf %s',
  detect: '! command -v visudo >/dev/null || visudo -cf %s',
};

/** A rule of sudo in a file of its own, which visudo has accepted before it takes effect. */
export const sudoers = stateModule({
  names: ['sudoers', 'community.general.sudoers'],
  summary: 'Manage who may run what with sudo',
  parameters,
  constraints: [
    mutuallyExclusive('user', 'group'),
    requiredIf('state', 'present', ['commands']),
    requiredIf('state', 'present', ['user', 'group'], 'any'),
    given => (String(given.get('name')).includes('/') ? 'name must not hold a slash' : undefined),
  ],
  probe: look,
  want: ({ path, own, spot }, p) => {
    const warnings = /[.]|~$/.test(p.name)
      ? [`sudo ignores files like ${path}: the name has a dot or ends in ~`]
      : [];
    if (p.state === 'absent' || !spot) {
      return { targets: [fileTarget(path, own, ABSENT)], result: { path, state: 'absent' } };
    }
    const written = writtenFile(spot, contentOf(Buffer.from(rule(p))), {
      mode: '0440',
      validate: VALIDATE[p.validation],
      unsafe_writes: false,
    });
    return { targets: [written.target], result: { path, ...fileResult(written.after) }, warnings };
  },
});

async function look(host: Reader, p: Parameters) {
  const path = await hostPath(host, posix.join(p.sudoers_path, p.name));
  const spot: Spot | undefined =
    p.state === 'absent'
      ? undefined
      : await lookAtSpot(host, path, contentOf(Buffer.from(rule(p))), { mode: '0440', follow: false });
  return { path, own: spot?.before ?? (await host.look(file, path)), spot };
}

function rule(p: Parameters): string {
  const who = p.user ?? `%${p.group}`;
  const tags = [p.noexec && 'NOEXEC:', p.nopassword && 'NOPASSWD:', p.setenv && 'SETENV:'].filter(Boolean);
  const runas = p.runas === undefined ? '' : `(${p.runas})`;
  return `${who} ${p.host}=${runas}${tags.join('')} ${(p.commands ?? []).join(', ')}\n`;
}
