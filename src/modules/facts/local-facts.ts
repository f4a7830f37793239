import { fromJson } from '../../core/value.ts';
import type { Collector } from './collector.ts';

/** Facts that the host's own administrator left in files, or in programs that print them. */
export const localFacts: Collector = {
  name: 'local',
  minimal: true,
  commands: {
    local: `for path in "$fact_path"/*.fact; do
  [ -f "$path" ] || continue
  section "fact $path"
  if [ -x "$path" ]; then "$path" </dev/null 2>/dev/null; status=$?; else cat -- "$path" 2>/dev/null; status=$?; fi
  section "fact-status $path"
  printf %s "$status"
done`,
  },
  collect(raw) {
    const statuses = new Map(raw.outputs('fact-status '));
    const facts = raw.outputs('fact ').map(([path, text]) => {
      const name = path.slice(path.lastIndexOf('/') + 1, -'.fact'.length);
      const status = statuses.get(path);
      if (status !== undefined && status !== '0')
        return [name, `Failure executing fact script (${path}), rc: ${status}`];
      return [name, parse(text) ?? `error loading facts as JSON or ini - please check content: ${path}`];
    });
    return { local: new Map(facts as [string, unknown][]) };
  },
};

function parse(text: string): unknown {
  try {
    return fromJson(JSON.parse(text));
  } catch {
    return parseIni(text);
  }
}

/** Sections of `key=value` or `key: value`; keys are lower case, as Python's reader makes them. */
function parseIni(text: string): Map<string, Map<string, string>> | undefined {
  const sections = new Map<string, Map<string, string>>();
  let section: Map<string, string> | undefined;
  let last: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    const header = /^\[(.+)\]\s*$/.exec(line);
    const entry = /^([^\s=:#;[][^=:]*?)\s*[=:]\s*(.*?)\s*$/.exec(line);
    if (/^\s*([#;]|$)/.test(line)) continue;
    if (header) {
      section = sections.get(header[1]!) ?? new Map();
      sections.set(header[1]!, section);
      last = undefined;
    } else if (/^\s/.test(line) && section && last !== undefined) {
      section.set(last, `${section.get(last)}\n${line.trim()}`);
    } else if (entry && section) {
      last = entry[1]!.toLowerCase();
      section.set(last, entry[2]!);
    } else {
      return undefined;
    }
  }
  const defaults = sections.get('DEFAULT');
  sections.delete('DEFAULT');
  return new Map([...sections].map(([name, own]) => [name, new Map([...(defaults ?? []), ...own])]));
}
