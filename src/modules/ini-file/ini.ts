import { literalPattern } from '../../core/literal-pattern.ts';
export interface IniWish {
  /** Empty or undefined: what stands above all sections. */
  readonly section?: string | undefined;
  readonly option?: string | undefined;
  readonly values: readonly string[];
  readonly state: 'present' | 'absent';
  readonly exclusive: boolean;
  readonly no_extra_spaces: boolean;
  readonly ignore_spaces: boolean;
  readonly allow_no_value: boolean;
  readonly modify_inactive_option: boolean;
}

export interface IniEdit {
  /** undefined: nothing changes. */
  readonly text?: string;
  readonly message: string;
}

/** A text in INI form with the option, or section, as it is wished. */
export function withIni(text: string, wish: IniWish): IniEdit {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .match(/[^\n]*\n|[^\n]+$/g) ?? ['\n'];
  const unended = !lines.at(-1)!.endsWith('\n');
  if (unended) lines[lines.length - 1] += '\n';
  const place = findSection(lines, wish.section);
  const editor = new SectionEditor(place ? lines.slice(place.start, place.end) : [], wish);
  if (!place && wish.state === 'present') {
    const section = [`[${wish.section}]\n`, ...editor.newOptions()];
    const message = section.length > 1 ? 'section and option added' : 'only section added';
    return { text: [...lines, ...section].join(''), message };
  }
  const own = place && wish.section ? 1 : 0;
  if (wish.state === 'present') editor.setOption(own);
  else if (wish.option) editor.removeOption();
  else if (place) editor.removeAll();
  if (!editor.changed && !unended) return { message: 'OK' };
  const around = place ?? { start: lines.length, end: lines.length };
  const result = [...lines.slice(0, around.start), ...editor.lines, ...lines.slice(around.end)];
  return { text: result.join(''), message: editor.message };
}

/** From a section's heading to the next one. */
function findSection(
  lines: readonly string[],
  section: string | undefined,
): { start: number; end: number } | null {
  const isHeading = (line: string) => line.startsWith('[');
  let start = 0;
  if (section) {
    const heading = new RegExp(`^\\[\\s*${literalPattern(section.trim())}\\s*\\]`);
    start = lines.findIndex(line => heading.test(line));
    if (start < 0) return null;
    // Where a section stands twice in a row, the last of them is meant.
    for (let next = start + 1; next < lines.length; next++) {
      if (heading.test(lines[next]!)) start = next;
      else if (isHeading(lines[next]!)) break;
    }
  }
  const next = lines.findIndex((line, i) => i >= start + (section ? 1 : 0) && isHeading(line));
  return { start, end: next < 0 ? lines.length : next };
}

class SectionEditor {
  lines: string[];
  message = 'OK';
  changed = false;
  readonly #wish: IniWish;
  /** Lines that are as they should be. */
  #settled = new Set<number>();

  constructor(lines: readonly string[], wish: IniWish) {
    this.lines = [...lines];
    this.#wish = wish;
  }

  newOptions(): string[] {
    const { option, values, allow_no_value } = this.#wish;
    if (!option) return [];
    if (values.length > 0) return unique(values).map(value => this.#assignment(value));
    return allow_no_value ? [`${option}\n`] : [];
  }

  /** Lines that have the option are reused: first those with a wanted value, then the others. */
  setOption(from: number): void {
    const { option, allow_no_value, exclusive } = this.#wish;
    if (!option) return;
    const values = unique(this.#wish.values);
    let bare = false;
    for (let i = from; i < this.lines.length; i++) {
      const value = this.#valueAt(i);
      if (value === null) continue;
      if (values.includes(value)) {
        bare ||= value === '' && allow_no_value;
        this.#replace(i, value === '' && allow_no_value ? `${option}\n` : this.#assignment(value));
        values.splice(values.indexOf(value), 1);
      } else if (values.length === 0 && allow_no_value) {
        this.#replace(i, `${option}\n`);
        bare = true;
        break;
      }
    }
    if (exclusive && !allow_no_value) this.#reuseOthers(from, values);
    const missing = values.map(value => this.#assignment(value));
    if (values.length === 0 && allow_no_value && !bare) missing.push(`${option}\n`);
    if (missing.length > 0) this.#insert(missing);
  }

  removeOption(): void {
    const { values, exclusive } = this.#wish;
    if (!exclusive && values.length === 0) return;
    const kept = this.lines.filter((line, i) => {
      if (/^[#;]/.test(line)) return true;
      const value = this.#valueAt(i);
      return value === null || (!exclusive && !values.includes(value));
    });
    if (kept.length === this.lines.length) return;
    this.lines = kept;
    this.#note('option changed');
  }

  removeAll(): void {
    if (this.lines.length === 0) return;
    this.lines = [];
    this.#note('section removed');
  }

  #reuseOthers(from: number, values: string[]): void {
    for (let i = from; i < this.lines.length && values.length > 0; i++) {
      if (!this.#settled.has(i) && this.#valueAt(i) !== null)
        this.#replace(i, this.#assignment(values.shift()!));
    }
    const kept = this.lines.filter((_, i) => i < from || this.#settled.has(i) || this.#valueAt(i) === null);
    if (kept.length === this.lines.length) return;
    this.lines = kept;
    this.#note('option changed');
  }

  /** Behind the last line of the section that is neither empty nor a comment. */
  #insert(lines: readonly string[]): void {
    const last = this.lines.findLastIndex(line => !/^[ \t]*([#;].*)?\n?$/.test(line));
    this.lines.splice(last + 1, 0, ...lines);
    this.#note('option added');
  }

  #replace(index: number, line: string): void {
    this.#settled.add(index);
    const old = this.lines[index]!;
    if (old === line) return;
    if (this.#wish.ignore_spaces && !/^[#;]/.test(old) && this.#valueAt(index) === this.#valueOf(line))
      return;
    this.lines[index] = line;
    this.#note('option changed');
  }

  #valueAt(index: number): string | null {
    return this.#valueOf(this.lines[index]!);
  }

  /** null: the line does not have the option. */
  #valueOf(line: string): string | null {
    const inactive = this.#wish.modify_inactive_option ? '[#;]?' : '';
    const pattern = new RegExp(
      `^${inactive}[ \\t]*${literalPattern(this.#wish.option!)}[ \\t]*(?:=|$)[ \\t]*(.*)`,
    );
    return pattern.exec(line.replace(/\n$/, ''))?.[1] ?? null;
  }

  #assignment(value: string): string {
    return `${this.#wish.option}${this.#wish.no_extra_spaces ? '=' : ' = '}${value}\n`;
  }

  #note(message: string): void {
    this.changed = true;
    this.message = message;
  }
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
