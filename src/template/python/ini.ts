import { Fault } from '../grammar/fault.ts';

export interface Ini {
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly defaults: ReadonlyMap<string, string>;
}

/** An INI file as Python's configparser reads it, with keys as they are written and nothing interpolated. */
export function readIni(text: string): Ini {
  const sections = new Map<string, Map<string, string[]>>();
  const defaults = new Map<string, string[]>();
  let section: Map<string, string[]> | undefined;
  let value: string[] | undefined;
  let indent = 0;
  for (const [i, line] of text.split('\n').entries()) {
    const fail = (what: string): never => {
      throw new Fault(`the INI text is wrong: line ${i + 1} ${what}: '${line.trim()}'`);
    };
    const content = line.trim();
    if (content === '' || /^[#;]/.test(content)) {
      if (content === '') value?.push('');
      continue;
    }
    const own = line.length - line.trimStart().length;
    if (value && own > indent) {
      value.push(content);
      continue;
    }
    indent = own;
    const name = /^\[(.+)\]/.exec(content)?.[1];
    if (name !== undefined) {
      if (sections.has(name)) fail('repeats a section');
      section = name === 'DEFAULT' ? defaults : new Map();
      if (name !== 'DEFAULT') sections.set(name, section);
      value = undefined;
      continue;
    }
    if (!section) return fail('stands before any section');
    const [, key, rest] = /^(.*?)\s*[=:]\s*(.*)$/.exec(content) ?? [];
    if (!key) return fail('is neither a section nor an option');
    if (section.has(key)) fail('repeats an option');
    value = [rest!];
    section.set(key, value);
  }
  return {
    sections: new Map([...sections].map(([name, options]) => [name, joined(options)])),
    defaults: joined(defaults),
  };
}

function joined(options: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map([...options].map(([key, lines]) => [key, lines.join('\n').trimEnd()]));
}
