import { UserError } from '../core/error.ts';
import { readEnvelope } from './envelope.ts';
import type { Identity } from './identity.ts';
import { openWithPassword, PASSWORD_STANZA, USUAL_COST } from './password-stanza.ts';
import { readStanzas } from './stanza.ts';

/** A password that does not open these many salts is taken for a new one: each costs a derivation. */
const MOST_TRIED = 3;

/**
 * Lets new secrets share the salt of what is sealed with a password already, so that one key opens all of them,
 * whenever they were sealed. Nothing is looked at before something is sealed.
 *
 * @param texts files that may hold such secrets, the likeliest first
 */
export function shareSaltInUse(password: Identity, label: string, texts: Iterable<string>): void {
  password.beforeNewSalt(() => {
    const tried = new Set<string>();
    for (const text of texts) {
      const found = firstHeader(text, label, tried);
      if (!found) continue;
      tried.add(found.salt);
      if (opens(found.header, password) || tried.size === MOST_TRIED) return;
    }
  });
}

interface Header {
  readonly header: string;
  readonly salt: string;
}

/** The first header of the label with a salt that was not tried. Plain search: the text is YAML or anything else. */
function firstHeader(text: string, label: string, tried: ReadonlySet<string>): Header | undefined {
  const mark = `$TSIBLE_VAULT;1;${label}`;
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) {
    const end = text.indexOf('---', at);
    if (end === -1) return undefined;
    // In a quoted scalar a line break is written as \n.
    const lines = text
      .slice(at, end)
      .split(/\r?\n|\\n/)
      .map(line => line.trim());
    const salt = lines.find(line => line.startsWith(USUAL))?.slice(USUAL.length);
    if (lines[0] === mark && salt !== undefined && !tried.has(salt))
      return { header: lines.join('\n'), salt };
  }
  return undefined;
}

const USUAL = `-> ${PASSWORD_STANZA} ${USUAL_COST.passes} ${USUAL_COST.kibibytes} `;

/** That it opens makes its salt the password's own. */
function opens(header: string, password: Identity): boolean {
  try {
    const envelope = readEnvelope(header);
    return readStanzas(envelope, 1, envelope.lines.length).some(
      stanza => stanza.type === PASSWORD_STANZA && openWithPassword(stanza, password, envelope) !== undefined,
    );
  } catch (error) {
    // Damaged, which is for those to find who open it.
    if (error instanceof UserError) return false;
    throw error;
  }
}
