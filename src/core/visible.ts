/**
 * Text from outside as it may reach a terminal: escape sequences are taken out, other control characters
 * (also the invisible ones that turn text around) become visible as `\x07` or `\u202e`. Line breaks and tabs stay.
 */
export function visible(text: string): string {
  if (!SUSPICIOUS.test(text)) return text;
  return withoutEscapeSequences(text)
    .replace(/\r\n/g, '\n')
    .replace(CONTROLS, character => {
      const code = character.codePointAt(0)!;
      return code < 0x100
        ? `\\x${code.toString(16).padStart(2, '0')}`
        : `\\u${code.toString(16).padStart(4, '0')}`;
    });
}

export function withoutEscapeSequences(text: string): string {
  return text.replace(ESCAPE_SEQUENCES, '');
}

const SUSPICIOUS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/**
 * ECMA-48: CSI with its parameters; OSC, DCS, SOS, PM and APC with their text up to the terminator; other
 * two- and three-character escapes; and the same introduced by single C1 characters.
 */
const ESCAPE_SEQUENCES =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;
