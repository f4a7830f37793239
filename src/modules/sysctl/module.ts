import { sh } from '../../core/shell.ts';
import { stateModule, type Wanted } from '../define.ts';
import { type Edited, lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import { type Target, target } from '../kind.ts';
import { type KernelSetting, kernelSetting, normalised, settingPath } from '../kinds/kernel-setting.ts';
import { type Infer, requiredIf, t } from '../parameters.ts';
import { valueInFile, withSetting } from './file.ts';

const parameters = {
  name: t.str({ required: true, aliases: ['key'], doc: 'The setting, with dots or slashes.' }),
  value: t.str({ aliases: ['val'], doc: 'What it is set to.' }),
  state: t.choice(['present', 'absent'])({ default: 'present', doc: 'Whether it stands in the file.' }),
  sysctl_file: t.path({ default: '/etc/sysctl.conf', doc: 'The file that sets it at boot.' }),
  sysctl_set: t.bool({
    default: false,
    doc: 'Set it in the running kernel also where the file is right already.',
  }),
  reload: t.bool({ default: true, doc: 'Apply the file when it has changed.' }),
  ignoreerrors: t.bool({ default: false, doc: 'Do not mind settings that the kernel does not know.' }),
};

interface Now {
  readonly edited: Edited;
  readonly live: KernelSetting;
}

export const sysctl = stateModule({
  names: ['sysctl', 'ansible.posix.sysctl'],
  summary: 'Manage settings of the kernel, live and in sysctl.conf',
  parameters,
  constraints: [requiredIf('state', 'present', ['value'])],

  async probe(host, p): Promise<Now> {
    const [edited, live] = await Promise.all([
      lookAtEdited(host, { path: p.sysctl_file }),
      host.look(kernelSetting, settingPath(p.name)),
    ]);
    return { edited, live };
  },

  want({ edited, live }, p): Wanted {
    const path = settingPath(p.name);
    const text = edited.bytes?.toString('utf8') ?? '';
    const value = p.state === 'absent' ? null : wantedValue(p.value!);
    const fileDiffers = valueInFile(text, path) !== (value ?? undefined);
    const writing = { ...p, unsafe_writes: false, backup: false };
    const bytes = fileDiffers ? Buffer.from(withSetting(text, p.name, value)) : undefined;
    const written = wantEdited(edited, { bytes, message: '' }, writing);
    const targets: Target[] = fileDiffers
      ? written.targets.map(file => (p.reload ? withReload(file, p) : file))
      : [];
    // Live first: a value the kernel rejects must never reach the boot file.
    if (value !== null && (p.sysctl_set || (fileDiffers && p.reload))) {
      if (live.exists) targets.unshift(target(kernelSetting, path, live, { exists: true, value }));
      else refuseMissing(p);
    }
    return { targets };
  },
});

type Parameters = Infer<typeof parameters>;

function refuseMissing(p: Parameters): void {
  if (p.ignoreerrors) return;
  throw new Failure(
    `the kernel has no setting ${p.name}`,
    {},
    'a module of the kernel may have to be loaded first; ignoreerrors: true keeps it in the file only',
  );
}

/** yes and no are 1 and 0 to the kernel. */
function wantedValue(text: string): string {
  const word = text.trim().toLowerCase();
  if (['yes', 'on', 'true', 'y', 't'].includes(word)) return '1';
  if (['no', 'off', 'false', 'n', 'f'].includes(word)) return '0';
  if (/[\n\0]/.test(text.trim())) throw new Failure('value must be one line');
  return normalised(text);
}

/** The rest of the file takes effect with it, as it will at boot. */
function withReload(file: Target, { sysctl_file, ignoreerrors }: Parameters): Target {
  const options = ignoreerrors ? ['-e'] : [];
  return {
    ...file,
    apply: async host => {
      await file.apply(host);
      // Where there is no such program, what was asked for is set all the same.
      const outcome = await host.ask(
        sh`if command -v sysctl >/dev/null 2>&1; then sysctl ${options} -p ${sysctl_file}; fi`,
      );
      if (outcome.status === 0 || ignoreerrors) return;
      throw new Failure(
        `${sysctl_file} was written, but not all of it could be applied: ${outcome.stderr.toString('utf8').trim()}`,
        { rc: outcome.status },
        'ignoreerrors: true lets this pass, reload: false does without',
      );
    },
  };
}
