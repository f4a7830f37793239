import { Command } from 'commander';
import { displayPath, type RecipientRule, type RecipientRules } from '../../../load/index.ts';
import { warn } from '../../error-report.ts';
import { ExitStatus } from '../../exit-status.ts';
import { distinct } from '../files.ts';
import { formatKeyPath } from '../inline/key-path.ts';
import { filesIn } from '../project-files.ts';
import { rulesAround, rulesOf } from '../rules.ts';
import { differenceFrom, differenceText, names, readersText } from './difference.ts';
import { type FoundSecret, type SecretFile, secretFiles } from './secrets.ts';

export function listCommand(): Command {
  return new Command('list')
    .description(
      'Lists who can open what, and what is not as the rules in tsible.yml want it. Opens nothing.',
    )
    .argument('[FILE...]', 'files or folders; none: everything in the project')
    .action(async (files: string[]) => {
      const rules = rulesOf();
      const named = files.length > 0 ? files : [displayPath(rules?.folder ?? '.')];
      const found = await secretFiles(distinct([...filesIn(named)]), rulesAround, fault => {
        warn(`left out: ${fault.format()}`);
        process.exitCode = ExitStatus.wrongUse;
      });
      process.stdout.write(table(found, files.length > 0 ? undefined : rules));
    });
}

/** @param whole the rules of a project that is listed as a whole: also those that there is no secret for */
function table(found: readonly SecretFile[], whole: RecipientRules | undefined): string {
  const projects = new Set([whole, ...found.map(({ rules }) => rules)]);
  const blocks = [...projects].flatMap(rules =>
    (rules?.rules ?? [])
      .map(rule => ({ rule, files: found.filter(each => each.rule === rule) }))
      .filter(({ files }) => files.length > 0 || rules === whole)
      .map(({ rule, files }) => [
        ruleHead(rule, rules!),
        ...(files.length > 0 ? rows(files) : [without(rule, found)]),
      ]),
  );
  const others = found.filter(({ rule }) => rule === undefined);
  if (others.length > 0) blocks.push(['without a rule', ...rows(others)]);
  if (blocks.length === 0) return 'nothing is encrypted here\n';
  return `${blocks.map(lines => lines.join('\n')).join('\n\n')}\n`;
}

function ruleHead({ files, recipients, position }: RecipientRule, rules: RecipientRules): string {
  const place = position ? ` (${displayPath(position.source.file)}:${position.line})` : '';
  return `${files.join(', ')}: ${names(recipients, rules)}${place}`;
}

/** A rule that no secret is for may stand behind one that fits all of them. */
function without(rule: RecipientRule, found: readonly SecretFile[]): string {
  const taken = found.filter(({ file, rules }) => rules?.rulesFor(file.path).includes(rule));
  if (taken.length === 0) return '  no secrets';
  const files = taken.map(({ file }) => file.path).join(', ');
  return `  no secrets: a rule before this one is for ${files}`;
}

function rows(files: readonly SecretFile[]): string[] {
  const cells = files.flatMap(fileRows);
  const width = Math.max(...cells.map(([what]) => what.length));
  return cells.map(([what, who, note]) => `  ${what.padEnd(width)}  ${who}${note === '' ? '' : `  ${note}`}`);
}

/** One row for all secrets of a file that the same people can open. */
function fileRows({ file, rules, rule, secrets }: SecretFile): [what: string, who: string, note: string][] {
  const alike = new Map<string, FoundSecret[]>();
  for (const secret of secrets) {
    const who = readersText(secret.readers, rules);
    alike.set(who, [...(alike.get(who) ?? []), secret]);
  }
  return [...alike].map(([who, group]) => {
    const difference = rule && differenceFrom(rule, group[0]!.readers);
    const note = difference && rules ? differenceText(difference, rules) : '';
    return [`${file.path}${valuesText(group, alike.size === 1)}`, who, note];
  });
}

function valuesText(group: readonly FoundSecret[], all: boolean): string {
  const values = group.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return '';
  if (all) return values.length === 1 ? ' (1 value)' : ` (${values.length} values)`;
  return ` (${values.map(({ path, position }) => `${formatKeyPath(path)}, line ${position.line}`).join('; ')})`;
}
