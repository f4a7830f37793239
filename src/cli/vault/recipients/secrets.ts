import type { RecipientRule, RecipientRules } from '../../../load/index.ts';
import { type EnvelopeReaders, readReaders } from '../../../vault/readers.ts';
import { readVaultFile, startOf, type VaultFile } from '../files.ts';
import type { VaultValue } from '../inline/sealed-values.ts';

/** A file with secrets in it, and the rule that says for whom they should be. */
export interface SecretFile {
  readonly file: Exclude<VaultFile, { kind: 'plain' }>;
  readonly rule: RecipientRule | undefined;
  readonly secrets: readonly FoundSecret[];
}

export interface FoundSecret {
  /** Undefined for a file that is encrypted as a whole. */
  readonly value: VaultValue | undefined;
  readonly readers: EnvelopeReaders;
}

/** The files among those named that hold secrets. */
export async function secretFiles(
  paths: Iterable<string>,
  rules: RecipientRules | undefined,
): Promise<SecretFile[]> {
  const found: SecretFile[] = [];
  for (const path of paths) {
    const file = await readVaultFile(path);
    if (file.kind === 'plain') continue;
    const secrets =
      file.kind === 'whole'
        ? [{ value: undefined, readers: wholeReaders(file.path, file.bytes) }]
        : file.values
            .filter(({ sealed }) => sealed)
            .map(value => ({ value, readers: readReaders(value.text, value.position) }));
    if (secrets.length > 0) found.push({ file, rule: rules?.ruleFor(path), secrets });
  }
  return found;
}

function wholeReaders(path: string, bytes: Buffer): EnvelopeReaders {
  const text = bytes.toString('utf8');
  return readReaders(text, startOf(path, text));
}
