/**
 * The text of a Python string literal's inside; unknown escapes stay as they are. Undefined when a `\x`, `\u` or
 * `\U` lacks its digits or is beyond Unicode, and for a `\N`: the names of characters are not known here.
 */
export function unescapeString(body: string): string | undefined {
  if (!body.includes('\\')) return body;
  let broken = false;
  const text = body.replace(ESCAPE, (whole, kind: string) => {
    const plain = SIMPLE[kind];
    if (plain !== undefined) return plain;
    if (/^[0-7]/.test(kind)) return String.fromCharCode(Number.parseInt(kind, 8));
    if (kind === 'N') broken = true;
    if (/^[xuU]/.test(kind)) {
      const code = Number.parseInt(kind.slice(1), 16);
      if (kind.length > 1 && code <= 0x10ffff) return String.fromCodePoint(code);
      broken = true;
    }
    return whole;
  });
  return broken ? undefined : text;
}

const ESCAPE = /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g;

/** The letters that stand for control characters behind a backslash; `\b` means a boundary in a pattern. */
export const CONTROL_ESCAPES: Readonly<Record<string, string | undefined>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const SIMPLE: Readonly<Record<string, string | undefined>> = {
  ...CONTROL_ESCAPES,
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};
