import { Command } from 'commander';
import { visible } from '../../../core/visible.ts';
import { recipientNames } from '../../../vault/recipient.ts';
import { ExitStatus } from '../../exit-status.ts';
import { settingsHere } from '../../settings.ts';
import { filesIn } from '../project-files.ts';
import { nameIfKnown } from '../rules.ts';
import { type Problem, problemsIn } from './problems.ts';
import { type SealedPart, type Surveyed, survey } from './survey.ts';

interface StatusFlags {
  check?: true;
  json?: true;
}

export function statusCommand(): Command {
  return new Command('status')
    .summary('list what is encrypted, and what should be')
    .description(
      'Lists what is encrypted, how, and who can open it. With --check it looks for secrets that are not ' +
        'encrypted and should be, and ends with status 1 when there are any.',
    )
    .argument('[PATH...]', 'files and folders (default: the working folder)')
    .option('--check', 'for CI: print what is wrong, and nothing else')
    .option('--json', 'print JSON')
    .action((paths: string[], flags: StatusFlags) => {
      const files = [...filesIn(paths.length === 0 ? ['.'] : paths)].map(survey);
      const { vaultPlain } = settingsHere();
      const problems = files.flatMap(file => problemsIn(file, vaultPlain));
      const text = flags.json
        ? asJson(files, problems)
        : flags.check
          ? asProblems(problems)
          : asTable(files, problems);
      process.stdout.write(visible(text));
      if (flags.check && problems.length > 0) process.exitCode = ExitStatus.wrongUse;
    });
}

function asTable(files: readonly Surveyed[], problems: readonly Problem[]): string {
  const rows = files.flatMap(({ path, sealed }) =>
    sealed.map(
      part => [part.key === undefined ? path : `${path}:${part.line} ${part.key}`, how(part)] as const,
    ),
  );
  const width = Math.min(60, Math.max(0, ...rows.map(([place]) => place.length)));
  const lines = rows.map(([place, what]) => `${place.padEnd(width)}  ${what}`);
  const parts = files.flatMap(({ sealed }) => sealed);
  const whole = parts.filter(({ key }) => key === undefined).length;
  const values = parts.length - whole;
  const count = `${whole} encrypted ${whole === 1 ? 'file' : 'files'}, ${values} encrypted ${values === 1 ? 'value' : 'values'} in others`;
  const hint =
    problems.length === 0
      ? ''
      : `; ${problems.length} ${problems.length === 1 ? 'thing is' : 'things are'} wrong: tsible vault status --check`;
  return [...lines, ...(lines.length > 0 ? [''] : []), `${count}${hint}`, ''].join('\n');
}

function how({ version, readers }: SealedPart): string {
  const { format, label, password, recipients, unknown } = readers;
  return [
    `${format} ${version}`,
    ...(password ? [`vault id ${label}`] : []),
    ...(recipients.length > 0 ? [`for ${recipientNames(recipients, nameIfKnown)}`] : []),
    ...(unknown.length > 0 ? [`also ${unknown.join(', ')}`] : []),
  ].join('; ');
}

function asProblems(problems: readonly Problem[]): string {
  return problems.map(({ path, line, what }) => `${path}:${line}: ${what}\n`).join('');
}

function asJson(files: readonly Surveyed[], problems: readonly Problem[]): string {
  const encrypted = files.flatMap(({ path, sealed }) =>
    sealed.map(({ key, line, version, readers }) => ({
      path,
      line,
      key: key ?? null,
      format: readers.format,
      version,
      vault_id: readers.password ? readers.label : null,
      recipients: readers.recipients.map(each => ({
        name: nameIfKnown(each) ?? null,
        type: each.type,
        key: each.blob,
      })),
    })),
  );
  return `${JSON.stringify({ encrypted, problems }, undefined, 2)}\n`;
}
