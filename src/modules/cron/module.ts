import { randomBytes } from 'node:crypto';
import { posix } from 'node:path';
import { stateModule, type Wanted } from '../define.ts';
import { type Edited, lookAtEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import type { Reader } from '../host/access.ts';
import type { Target } from '../kind.ts';
import { findUser } from '../kinds/account.ts';
import { ABSENT, contentOf, fileTarget } from '../kinds/file.ts';
import { userCrontab, userCrontabTarget } from '../kinds/user-crontab.ts';
import { type Infer, mutuallyExclusive, t } from '../parameters.ts';
import { writtenFile } from '../write-file.ts';
import {
  type CronEdit,
  jobNames,
  variableNames,
  withJob,
  withoutJob,
  withoutVariable,
  withVariable,
} from './crontab.ts';

const SPECIAL = ['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly'] as const;
const FIELDS = ['minute', 'hour', 'day', 'month', 'weekday'] as const;

const parameters = {
  name: t.str({ required: true, doc: 'What the job is told apart by; with env the name of the variable.' }),
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  job: t.str({ aliases: ['value'], doc: 'The command; with env the value.' }),
  user: t.str({ doc: 'Whose crontab, or, in a cron_file, as whom the job runs.' }),
  cron_file: t.path({ doc: 'A file in /etc/cron.d, or an absolute path, instead of a crontab.' }),
  minute: t.str({ default: '*' }),
  hour: t.str({ default: '*' }),
  day: t.str({ default: '*', aliases: ['dom'] }),
  month: t.str({ default: '*' }),
  weekday: t.str({ default: '*', aliases: ['dow'] }),
  special_time: t.choice(SPECIAL)({ doc: 'A time with a name, such as reboot.' }),
  disabled: t.bool({ default: false, doc: 'Keep the job as a comment.' }),
  env: t.bool({ default: false, doc: 'Manage a variable instead of a job.' }),
  insertafter: t.str({ doc: 'With env: behind this variable.' }),
  insertbefore: t.str({ doc: 'With env: before this variable.' }),
  backup: t.bool({ default: false, doc: 'Keep the table as it was in a file.' }),
} as const;

type Parameters = Infer<typeof parameters>;

interface Now {
  /** The cron_file; undefined: the crontab of a user. */
  readonly file?: Edited;
  readonly text: string;
  readonly backup: string | undefined;
}

export const cron = stateModule({
  names: ['cron', 'ansible.builtin.cron'],
  summary: 'Manage jobs of cron and the variables of its tables',
  parameters,
  constraints: [
    mutuallyExclusive('insertafter', 'insertbefore'),
    (given, effective) => {
      const present = effective.get('state') === 'present';
      const env = effective.get('env') === true;
      if (given.get('cron_file') === '/etc/crontab') return 'cron_file must not be /etc/crontab';
      if (given.has('special_time') && FIELDS.some(field => effective.get(field) !== '*'))
        return `special_time excludes ${FIELDS.join(', ')}`;
      if (env && String(given.get('name')).includes(' ')) return 'the name of a variable cannot have blanks';
      if (present && given.has('cron_file') && !given.has('user')) return 'cron_file needs user';
      if (present && !given.has('job')) return 'state: present needs job';
      if (!env && (given.has('insertafter') || given.has('insertbefore')))
        return 'insertafter and insertbefore need env: true';
      return undefined;
    },
  ],
  probe: look,
  want,
});

async function look(host: Reader, p: Parameters): Promise<Now> {
  const backup = p.backup ? `/tmp/crontab${randomBytes(4).toString('hex')}` : undefined;
  if (p.cron_file !== undefined) {
    const file = await lookAtEdited(host, { path: posix.resolve('/etc/cron.d', p.cron_file) });
    return { file, text: file.bytes?.toString('utf8') ?? '', backup };
  }
  const [text, user] = await Promise.all([
    host.look(userCrontab, p.user ?? null),
    p.user === undefined ? undefined : findUser(host, p.user),
  ]);
  if (user === null) {
    throw new Failure(`there is no user "${p.user}" on this host`, {}, 'create the user before this task');
  }
  return { text, backup };
}

function want(now: Now, p: Parameters): Wanted {
  const edit = edited(now.text, p);
  const text = edit.text ?? now.text;
  const targets = edit.text === undefined ? [] : [targetFor(now, text, p)];
  return {
    targets,
    warnings: warningsFor(p),
    result: {
      jobs: jobNames(text),
      envs: variableNames(text),
      ...(p.cron_file !== undefined && { cron_file: p.cron_file, state: p.state }),
      ...(now.backup !== undefined && edit.text !== undefined && { backup_file: now.backup }),
    },
  };
}

function edited(text: string, p: Parameters): CronEdit {
  if (p.env) {
    if (p.state === 'absent') return withoutVariable(text, p.name);
    const edit = withVariable(text, p.name, p.job!, p);
    if (edit) return edit;
    throw new Failure(`there is no variable "${p.insertafter ?? p.insertbefore}" in the table`);
  }
  return p.state === 'absent' ? withoutJob(text, p.name) : withJob(text, p.name, jobLine(p));
}

function jobLine(p: Parameters): string {
  const time = p.special_time === undefined ? FIELDS.map(field => p[field]).join(' ') : `@${p.special_time}`;
  const as = p.cron_file === undefined ? '' : `${p.user} `;
  return `${p.disabled ? '#' : ''}${time} ${as}${p.job!.replace(/^[\r\n]+|[\r\n]+$/g, '')}`;
}

function targetFor(now: Now, text: string, p: Parameters): Target {
  if (!now.file) return userCrontabTarget(p.user ?? null, now.text, text, now.backup);
  const { path, before } = now.file;
  if (p.state === 'absent' && !p.env && text.trim() === '') {
    return fileTarget(path, before, ABSENT);
  }
  return writtenFile(now.file, contentOf(Buffer.from(text)), { unsafe_writes: false, backupName: now.backup })
    .target;
}

function warningsFor(p: Parameters): string[] {
  const warnings: string[] = [];
  const name = p.cron_file === undefined ? undefined : posix.basename(p.cron_file);
  if (name !== undefined && !/^[A-Za-z0-9_-]+$/.test(name)) {
    warnings.push(`cron ignores ${name}: a cron_file is named with letters, digits, "_" and "-" only`);
  }
  if (p.job !== undefined && /[\r\n]/.test(p.job.replace(/^[\r\n]+|[\r\n]+$/g, ''))) {
    warnings.push('a job must not hold line breaks');
  }
  return warnings;
}
