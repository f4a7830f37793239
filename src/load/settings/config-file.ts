import type { Position, Source } from '../../core/position.ts';

export interface ConfigEntry {
  readonly value: string;
  readonly position: Position;
}

/**
 * Reads an INI file as Python's configparser does: `key = value` or `key: value` below `[section]`, indented
 * lines go on with the value above, comments begin a line with `#` or `;`, or follow ` ;`. Keys of the result
 * are `section.key`.
 */
export function readConfig(source: Source): Map<string, ConfigEntry> {
  const entries = new Map<string, ConfigEntry>();
  let section = '';
  let key: string | undefined;
  source.text.split(/\r?\n/).forEach((line, index) => {
    const text = line.replace(/(^|\s);.*$/, '').trimEnd();
    if (text.trim() === '' || /^\s*#/.test(text)) return;
    const known = key === undefined ? undefined : entries.get(key);
    if (/^\s/.test(text) && key !== undefined && known) {
      entries.set(key, { ...known, value: `${known.value}\n${text.trim()}`.trim() });
      return;
    }
    const header = /^\[([^\]]+)\]/.exec(text);
    if (header) {
      section = header[1]!;
      key = undefined;
      return;
    }
    const entry = /^([^=:]+?)\s*[=:]\s*(.*)$/.exec(text);
    if (!entry) return;
    key = `${section}.${entry[1]!.trim().toLowerCase()}`;
    const column = text.length - entry[2]!.length + 1;
    entries.set(key, { value: entry[2]!, position: { source, line: index + 1, column } });
  });
  return entries;
}
