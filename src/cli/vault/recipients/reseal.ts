import { UserError } from '../../../core/error.ts';
import type { Position } from '../../../core/position.ts';
import { displayPath, type RecipientRule, type RecipientRules } from '../../../load/index.ts';
import { DEFAULT_LABEL } from '../../../vault/envelope.ts';
import type { VaultIdentities } from '../../../vault/identities.ts';
import { Identity } from '../../../vault/identity.ts';
import type { EnvelopeReaders } from '../../../vault/readers.ts';
import { type Opened, opensWith } from '../../../vault/seal.ts';
import { type Sealer, seal, withMoreRecipients } from '../../../vault/sealer.ts';
import { whenPrepared } from '../../../vault/sodium.ts';
import type { Replacement } from '../../replace-files.ts';
import { asBytes, openValue, openWhole, startOf } from '../files.ts';
import { writtenEnvelope } from '../inline/scalar-text.ts';
import { locate, setValue } from '../inline/set-value.ts';
import { type Splice, spliced } from '../inline/yaml-text.ts';
import { filesIn } from '../project-files.ts';
import { differenceFrom } from './difference.ts';
import { type FoundSecret, type SecretFile, secretFiles } from './secrets.ts';

/** A file in which something is not sealed as its rule wants it. */
export interface Unlike {
  readonly found: SecretFile;
  readonly rule: RecipientRule;
  /** The secrets in it that differ. */
  readonly secrets: readonly FoundSecret[];
}

/** Everything in the project that is not sealed as the rules want it. */
export async function unlikeTheRules(rules: RecipientRules): Promise<Unlike[]> {
  const governed = [...filesIn([displayPath(rules.folder)])].filter(file => rules.ruleFor(file));
  const unlike: Unlike[] = [];
  for (const found of await secretFiles(governed, () => rules, refuse)) {
    const rule = found.rule!;
    const secrets = found.secrets.filter(({ readers }) => differenceFrom(rule, readers));
    if (secrets.length > 0) unlike.push({ found, rule, secrets });
  }
  return unlike;
}

/** What cannot be read may hold a secret that somebody is to be kept from. */
function refuse(fault: UserError): never {
  throw fault;
}

/** The file with all that differed sealed anew. Throws UserError for what cannot be opened. */
export async function resealed(
  { found: { file }, rule, secrets }: Unlike,
  identities: VaultIdentities,
): Promise<Replacement> {
  const { path, bytes } = file;
  if (file.kind === 'whole') {
    const opened = await openWhole(file, identities);
    const text = bytes.toString('utf8');
    const sealer = await sealerFor(opened, text, secrets[0]!.readers, rule, identities, startOf(path, text));
    return { path, content: await seal(sealer, opened.content), was: bytes };
  }
  const { yaml } = file;
  const splices: Splice[] = [];
  for (const { value, readers } of secrets) {
    const { opened } = await openValue(value!, identities);
    const sealer = await sealerFor(opened, value!.text, readers, rule, identities, value!.position);
    const envelope = await seal(sealer, opened.content);
    const { node, flow } = value!;
    const written = writtenEnvelope(envelope, { flow });
    // A block keeps its indentation; what was a quoted text becomes a block.
    splices.push(
      ...(node.indent > 0 || flow
        ? yaml.replace(node, written, node.indent)
        : setValue(yaml, locate(yaml, value!.path), { tag: '!vault', written })),
    );
  }
  return { path, content: asBytes(spliced(yaml.text, splices), bytes), was: bytes };
}

/**
 * Who was able to open it and shall not any more knows the file key: then there is a new one. Where somebody is
 * only added, the old one will do, and what else opens it need not be known.
 */
async function sealerFor(
  opened: Opened,
  text: string,
  readers: EnvelopeReaders,
  rule: RecipientRule,
  identities: VaultIdentities,
  position: Position,
): Promise<Sealer> {
  const { missing, surplus, unsealed } = differenceFrom(rule, readers)!;
  const { sealer, label } = opened;
  if (surplus.length === 0 && !unsealed && 'header' in sealer) {
    return whenPrepared(() => withMoreRecipients(sealer.header, label, missing));
  }
  const forRule = { format: 'tsible', recipients: rule.recipients } as const;
  // What had nothing but a password is handed over to the recipients.
  if (unsealed || !readers.password) return { ...forRule, label: DEFAULT_LABEL };
  const password = await passwordOf(opened, text, identities);
  if (password) return { ...forRule, label, password };
  throw new UserError(
    `this also opens with the password of the vault id "${label}", which is needed to seal it anew`,
    { position, hint: `give it: --vault-id ${label}@SOURCE` },
  );
}

async function passwordOf(
  { identity, label }: Opened,
  text: string,
  identities: VaultIdentities,
): Promise<Identity | undefined> {
  if (identity instanceof Identity) return identity;
  const candidates = identities.candidates(label).filter(({ asks }) => !asks);
  return whenPrepared(() => candidates.find(candidate => opensWith(text, candidate)));
}
