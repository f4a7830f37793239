import { Fault } from '../grammar/fault.ts';

export interface IniOptions {
  readonly caseSensitive: boolean;
  readonly allowNoValue: boolean;
  /** `%(name)s` stands for another option's value. */
  readonly interpolation: boolean;
}

type Section = Map<string, string | null>;

/** INI files as Python's configparser reads them, whose rules differ from those of inventories. */
export class IniFile {
  private readonly sections = new Map<string, Section>();
  private readonly defaults: Section = new Map();

  constructor(
    text: string,
    private readonly options: IniOptions,
  ) {
    this.read(text);
  }

  /** Without the defaults, which hold for all of them. */
  sectionNames(): string[] {
    return [...this.sections.keys()];
  }

  has(section: string): boolean {
    return this.sections.has(section);
  }

  /** undefined: there is no such option. */
  get(section: string, name: string): string | null | undefined {
    const key = this.key(name);
    const raw = this.raw(section, key);
    return raw === undefined || raw === null ? raw : this.interpolated(raw, section, key);
  }

  items(section: string): [string, string | null][] {
    const keys = new Set([...this.defaults.keys(), ...(this.sections.get(section)?.keys() ?? [])]);
    return [...keys].map(key => [key, this.get(section, key) ?? null]);
  }

  private raw(section: string, key: string): string | null | undefined {
    const own = this.sections.get(section)?.get(key);
    return own === undefined ? this.defaults.get(key) : own;
  }

  private key(name: string): string {
    return this.options.caseSensitive ? name : name.toLowerCase();
  }

  private read(text: string): void {
    let section: Section | undefined;
    let values: { section: Section; key: string; lines: string[]; indent: number } | undefined;
    const finish = (): void => {
      if (values) values.section.set(values.key, values.lines.join('\n').trimEnd());
      values = undefined;
    };
    const lines = text.split(/\r\n|\r|\n/);
    if (lines.at(-1) === '') lines.pop();
    for (const [at, line] of lines.entries()) {
      const value = line.trim();
      if (/^[#;]/.test(value)) continue;
      if (value === '') {
        values?.lines.push('');
        continue;
      }
      const indent = line.length - line.trimStart().length;
      if (values && indent > values.indent) {
        values.lines.push(value);
        continue;
      }
      finish();
      const header = /^\[(.+)\]/.exec(value);
      if (header) {
        section = this.begin(header[1]!, at);
        continue;
      }
      if (!section) throw new Fault(`line ${at + 1} stands before any section: ${value}`);
      const pair = /^(.*?)\s*[=:]\s*(.*)$/.exec(value);
      if (!pair && !this.options.allowNoValue)
        throw new Fault(
          `line ${at + 1} has no value: ${value}`,
          'say allow_no_value=true where that is meant',
        );
      const name = pair ? pair[1]!.trimEnd() : value;
      if (name === '') throw new Fault(`line ${at + 1} names no option: ${value}`);
      const key = this.key(name);
      if (section.has(key)) throw new Fault(`line ${at + 1} has the option '${key}' again`);
      section.set(key, null);
      if (pair) values = { section, key, lines: [pair[2]!.trim()], indent };
    }
    finish();
  }

  private begin(name: string, at: number): Section {
    if (name === 'DEFAULT') return this.defaults;
    if (this.sections.has(name)) throw new Fault(`line ${at + 1} has the section '${name}' again`);
    const section: Section = new Map();
    this.sections.set(name, section);
    return section;
  }

  private interpolated(text: string, section: string, key: string, depth = 1): string {
    if (!this.options.interpolation || !text.includes('%')) return text;
    if (depth > DEEPEST) throw new Fault(`the option '${key}' refers to others without end`);
    return text.replace(/%%|%\(([^)]+)\)s|%/g, (part, name: string | undefined) => {
      if (part === '%%') return '%';
      if (name === undefined) throw new Fault(`'%' must be followed by '%' or '(' in the option '${key}'`);
      const other = this.raw(section, this.key(name));
      if (other === undefined) throw new Fault(`the option '${key}' refers to '${name}', which is not there`);
      return this.interpolated(other ?? '', section, key, depth + 1);
    });
  }
}

const DEEPEST = 10;
