/** Secrets by the way on which they come into a run. Each is told apart from all others. */
export const CANARIES = {
  inline: 'Canary-Inline 7261 "quo\'te" \\back $HOME',
  groupFile: 'Canary-Group/File+2&5523=',
  list: 'Canary-Item-4410',
  extra: 'Canary Extra: 8832 ö#%',
  lines: 'Canary-First-Line 6001\nCanary-Second-Line 6002\n\nCanary-Third-Line 6003\n',
  copied: 'Canary-Copied-File 7105\nCanary-Copied-Next 7106\n',
  templated: 'Canary-Templated-File 3391',
  large: `Canary-Large-File 9021\n${'x'.repeat(400_000)}\nCanary-Large-End 9022\n`,
  hash: '$6$canarysalt4471$WfBZ.0nUsCzWZyJKv6dK0N0m7uG3g0p3GkqB0n5nW8ZQ9tq1u0FZrYhS8T5y0pQq8nC1iYV0mX6XK8kR2hYb40',
  number: '90817263',
  lateFile: 'Canary-Late-File 5150',
  private: 'Canary-Argument-6677',
  braces: 'Canary {{ 7 * 6113 }} {% raw %} {# 6114 #}',
  unicode: 'Canary-é-e\u0301-日本-🐤\u200d🔥-3317',
  signs: `Canary'5561"\\$(x)\`y\`!&<b>|*?[z]~#^;5562`,
  word: 'passwort',
  five: 'q7#Zw',
  dotted: '5518.25',
  inBase64: '>>?>~?>>?>~?',
  key: 'Canary-Key-MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKjMzEfYyjiWA4R4-6613',
} as const;

/** Not text: what is looked for is any spelling of its bytes. */
export const BINARY = Buffer.from('00ff4361fec0ffee00deadbeef109400fffe8801', 'hex');

export type Canary = keyof typeof CANARIES;

/**
 * The ways in which a secret can be written. Made here, apart from what tsible itself masks: by the rules of
 * each format, and with the programs that write it.
 */
export const SHAPES: Readonly<Record<string, (text: string) => readonly string[]>> = {
  itself: text => [text],
  json: text => [inner(JSON.stringify(text)), inner(JSON.stringify(inner(JSON.stringify(text))))],
  jsonAscii: text => [
    unicodeEscapes(inner(JSON.stringify(text))),
    unicodeEscapes(inner(JSON.stringify(text)))
      .replaceAll('\\', '\\\\')
      .replaceAll('"', '\\"'),
  ],
  url: text => {
    const all = percent(text, /[A-Za-z0-9_.~-]/);
    const slashes = percent(text, /[A-Za-z0-9_.~/-]/);
    return [all, slashes, all.replaceAll('%20', '+'), encodeURIComponent(text)];
  },
  urlLowerCase: text =>
    [/[A-Za-z0-9_.~-]/, /[A-Za-z0-9_.~/-]/].map(safe =>
      percent(text, safe).replace(/%../g, code => code.toLowerCase()),
    ),
  shellSingle: text => [text.split("'").join(`'\\''`), text.split("'").join(`'"'"'`)],
  shellDouble: text => [text.replace(/[$`"\\]/g, '\\$&')],
  shellDollar: text => [text.replace(/['\\]/g, '\\$&')],
  shellBackslash: text => [text.replace(/[ !"#$&'()*;<>?[\\\]^`{|}~]/g, '\\$&')],
  yamlSingle: text => [text.split("'").join("''")],
  yamlDouble: text => [
    text.replace(/["\\]/g, '\\$&').replace(/[^ -~]/gu, letter => {
      const code = letter.codePointAt(0)!.toString(16).toUpperCase();
      const [sign, digits] = code.length <= 2 ? ['x', 2] : code.length <= 4 ? ['u', 4] : ['U', 8];
      return `\\${sign}${code.padStart(digits as number, '0')}`;
    }),
  ],
  python: text => [text.replaceAll('\\', '\\\\'), text.replace(/[\\']/g, '\\$&')],
  pattern: text => [
    text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&'),
    text.replace(/[#$&()*+.?[\\\]^{|}~ -]/g, '\\$&'),
  ],
  html: text => {
    const base = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    return [
      base.replaceAll("'", '&#39;').replaceAll('"', '&#34;'),
      base.replaceAll("'", '&#39;').replaceAll('"', '&quot;'),
      base.replaceAll('"', '&quot;'),
    ];
  },
  normalized: text => [text.normalize('NFC'), text.normalize('NFD')],
  base64: text => encodings(Buffer.from(text), 'base64'),
  base64Url: text =>
    encodings(Buffer.from(text), 'base64').map(code => code.replaceAll('+', '-').replaceAll('/', '_')),
  hex: text => [Buffer.from(text).toString('hex')],
  hexUpperCase: text => [Buffer.from(text).toString('hex').toUpperCase()],
};

/** A secret, and each of its lines, in every shape: of what is long, the beginning. */
export function shapes(secret: string): string[] {
  const found = new Set<string>();
  for (const text of [secret.trim(), ...secret.split('\n').map(line => line.trim())]) {
    if (text.length < 3 || /^x+$/.test(text)) continue;
    for (const shape of Object.values(SHAPES)) for (const each of shape(text.slice(0, 200))) found.add(each);
  }
  return [...found].filter(shape => shape.length >= 4);
}

function inner(quoted: string): string {
  return quoted.slice(1, -1);
}

function unicodeEscapes(text: string): string {
  return Array.from({ length: text.length }, (_, at) => {
    const code = text.charCodeAt(at);
    return code < 0x7f ? text[at] : `\\u${code.toString(16).padStart(4, '0')}`;
  }).join('');
}

function percent(text: string, safe: RegExp): string {
  return [...Buffer.from(text)]
    .map(byte => {
      const letter = String.fromCharCode(byte);
      return byte < 0x80 && safe.test(letter)
        ? letter
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** At every alignment, without the characters that also hold bits of what stands around it. */
function encodings(bytes: Buffer, encoding: 'base64'): string[] {
  return ['', 'a', 'ab']
    .map(before => {
      const encoded = Buffer.concat([Buffer.from(before), bytes]).toString(encoding);
      return encoded.slice(before === '' ? 0 : 4, -4);
    })
    .flatMap(code => (code.length > 60 ? [code, code.slice(20, 44)] : [code]));
}

/** The first characters of a secret of bytes, as text would show them. */
export function binaryShapes(): string[] {
  return [...encodings(BINARY, 'base64'), BINARY.toString('hex'), BINARY.toString('hex').toUpperCase()];
}

export interface Sighting {
  readonly canary: string;
  readonly shape: string;
  /** What stood around it. */
  readonly around: string;
}

/** Where any of the secrets shows in a text. */
export function sightings(text: string, secrets: Readonly<Record<string, string>>): Sighting[] {
  const found: Sighting[] = [];
  const look = (canary: string, shape: string) => {
    const at = text.indexOf(shape);
    if (at !== -1) found.push({ canary, shape, around: text.slice(Math.max(0, at - 150), at + 150) });
  };
  for (const [canary, secret] of Object.entries(secrets)) {
    for (const shape of shapesOf(canary, secret)) look(canary, shape);
  }
  for (const shape of binaryShapes()) look('binary', shape);
  return found;
}

const known = new Map<string, string[]>();

function shapesOf(canary: string, secret: string): string[] {
  const key = `${canary}\0${secret}`;
  const found = known.get(key) ?? shapes(secret);
  known.set(key, found);
  return found;
}
