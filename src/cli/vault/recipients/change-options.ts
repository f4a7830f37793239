import { type Command, Option } from 'commander';
import { UserError } from '../../../core/error.ts';
import { displayPath, type RecipientRules } from '../../../load/index.ts';
import { collect } from '../../option-values.ts';
import { addVaultPasswordOptions, type VaultPasswordFlags } from '../password-options.ts';

export interface ChangeFlags extends VaultPasswordFlags {
  rule?: string[];
  check?: true;
  dryRun?: true;
}

export function addCheckOptions(command: Command): Command {
  addVaultPasswordOptions(command);
  return command
    .option('-C, --check', 'change nothing, and say what would be changed')
    .addOption(new Option('--dry-run').hideHelp());
}

export function addRuleOption(command: Command, description: string): Command {
  return command.option('--rule <FILE>', description, collect);
}

export function isCheck({ check, dryRun }: ChangeFlags): boolean {
  return check === true || dryRun === true;
}

/** The rules that `--rule` means: by a file that they are for, or by the pattern that they have. */
export function rulesNamed(named: readonly string[], rules: RecipientRules): number[] {
  return named.map(word => {
    const byPattern = rules.rules.findIndex(({ files }) => files.includes(word));
    if (byPattern !== -1) return byPattern;
    const rule = rules.ruleFor(word);
    if (rule) return rules.rules.indexOf(rule);
    throw new UserError(`no rule in ${displayPath(rules.file)} is for ${word}`, {
      hint: `there are rules for: ${rules.rules.map(({ files }) => files.join(', ')).join('; ')}`,
    });
  });
}
