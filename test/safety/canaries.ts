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
} as const;

export type Canary = keyof typeof CANARIES;

/**
 * The shapes in which a secret could be recognised: as it is, each of its lines, JSON, base64 at every alignment,
 * URL-encoded, quoted for a shell, hexadecimal. Made here, apart from what tsible itself masks.
 */
export function shapes(secret: string): string[] {
  const found = new Set<string>();
  for (const text of [secret.trim(), ...secret.split('\n').map(line => line.trim())]) {
    if (text.length < 6 || /^x+$/.test(text)) continue;
    const part = text.slice(0, 200);
    const bytes = Buffer.from(part);
    found.add(part);
    found.add(JSON.stringify(part).slice(1, -1));
    found.add(JSON.stringify(JSON.stringify(part).slice(1, -1)).slice(1, -1));
    found.add(encodeURIComponent(part));
    found.add(encodeURIComponent(part).replaceAll('%20', '+'));
    found.add(part.replaceAll("'", `'\\''`));
    found.add(part.replaceAll("'", `'"'"'`));
    found.add(part.replaceAll("'", "''"));
    found.add(part.replaceAll('\\', '\\\\'));
    found.add(bytes.toString('hex'));
    for (const before of ['', 'a', 'ab']) {
      const encoded = Buffer.from(before + part).toString('base64');
      // Without the characters that also hold bits of what stands around it.
      found.add(encoded.slice(before === '' ? 0 : 4, -4));
    }
  }
  return [...found].filter(shape => shape.length >= 6);
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
  for (const [canary, secret] of Object.entries(secrets)) {
    for (const shape of shapes(secret)) {
      const at = text.indexOf(shape);
      if (at !== -1) found.push({ canary, shape, around: text.slice(Math.max(0, at - 150), at + 150) });
    }
  }
  return found;
}
