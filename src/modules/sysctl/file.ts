import { normalised, settingPath } from '../kinds/kernel-setting.ts';

interface Line {
  readonly text: string;
  /** undefined: a comment, or not a setting. */
  readonly path?: string;
  readonly value?: string;
}

/** The value that a file gives a setting: the last one counts. undefined: none. */
export function valueInFile(text: string, path: string): string | undefined {
  return parse(text).findLast(line => line.path === path)?.value;
}

/** The file's text with the setting at this value, where it first stood; null takes it out. */
export function withSetting(text: string, name: string, value: string | null): string {
  const path = settingPath(name);
  const lines = parse(text);
  const first = lines.findIndex(line => line.path === path);
  const written = value === null ? [] : [`${name}=${value}`];
  const kept = lines.flatMap((line, i) => (line.path !== path ? [line.text] : i === first ? written : []));
  if (first < 0) kept.push(...written);
  return kept.length === 0 ? '' : `${kept.join('\n')}\n`;
}

function parse(text: string): Line[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map(line => {
    // A minus in front has errors ignored.
    const match = /^\s*-?\s*([^#;=\s][^=]*?)\s*=(.*)$/.exec(line);
    if (!match) return { text: line };
    try {
      return { text: line, path: settingPath(match[1]!), value: normalised(match[2]!) };
    } catch {
      return { text: line };
    }
  });
}
