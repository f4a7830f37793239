import { UserError } from '../../../core/error.ts';
import type { RecipientRule, RecipientRules } from '../../../load/index.ts';
import { type EnvelopeReaders, readReaders } from '../../../vault/readers.ts';
import { readVaultFile, startOf, type VaultFile } from '../files.ts';
import type { VaultValue } from '../inline/sealed-values.ts';
import { isYaml } from '../project-files.ts';

/** A file with secrets in it, and the rule that says for whom they should be. */
export interface SecretFile {
  readonly file: Exclude<VaultFile, { kind: 'plain' }>;
  /** The rules of the project that it is in, and the one that is for it. */
  readonly rules: RecipientRules | undefined;
  readonly rule: RecipientRule | undefined;
  readonly secrets: readonly FoundSecret[];
}

export interface FoundSecret {
  /** Undefined for a file that is encrypted as a whole. */
  readonly value: VaultValue | undefined;
  readonly readers: EnvelopeReaders;
}

/**
 * The files among those named that hold secrets.
 *
 * @param onFault takes the error for a file that cannot be read, or is damaged
 */
export async function secretFiles(
  paths: Iterable<string>,
  rulesFor: (path: string) => RecipientRules | undefined,
  onFault: (error: UserError) => void,
): Promise<SecretFile[]> {
  const found: SecretFile[] = [];
  for (const path of paths) {
    try {
      const file = await read(path);
      if (!file || file.kind === 'plain') continue;
      const secrets = secretsIn(file);
      const rules = rulesFor(path);
      if (secrets.length > 0) found.push({ file, rules, rule: rules?.ruleFor(path), secrets });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      onFault(error);
    }
  }
  return found;
}

async function read(path: string): Promise<VaultFile | undefined> {
  try {
    return await readVaultFile(path);
  } catch (error) {
    // A text that mentions !vault, such as a README, is no YAML with secrets.
    if (error instanceof UserError && error.position && !isYaml(path)) return undefined;
    throw error;
  }
}

function secretsIn(file: SecretFile['file']): FoundSecret[] {
  return file.kind === 'whole'
    ? [{ value: undefined, readers: wholeReaders(file.path, file.bytes) }]
    : file.values
        .filter(({ sealed }) => sealed)
        .map(value => ({ value, readers: readReaders(value.text, value.position) }));
}

function wholeReaders(path: string, bytes: Buffer): EnvelopeReaders {
  const text = bytes.toString('utf8');
  return readReaders(text, startOf(path, text));
}
