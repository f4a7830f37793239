import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { index } from '../python/numbers.ts';
import { match, regex, substitute } from '../python/patterns.ts';
import { toText } from '../python/print.ts';
import { type FilterTable, filter } from './filter.ts';

/** Ansible's filters with Python's regular expressions. */
export const regexFilters: FilterTable = {
  regex_replace: filter(
    "value='', pattern='', replacement='', ignorecase=False, multiline=False, count=0, mandatory_count=0",
    ([value, pattern, replacement, ignoreCase, multiline, count, mandatory]) => {
      const compiled = regex(pattern, ignoreCase, multiline);
      const most = index(count) || Number.POSITIVE_INFINITY;
      const { text, count: made } = substitute(compiled, toText(replacement), toText(value), most);
      spend(10 * made);
      const wanted = index(mandatory);
      if (wanted !== 0 && made !== wanted)
        throw new Fault(`'${toText(pattern)}' should match ${wanted} times, but matches ${made} times`);
      return text;
    },
  ),
  regex_search: filter('value, regex, *args, ignorecase=False, multiline=False', given => {
    const [value, pattern, args, ignoreCase, multiline] = given;
    const groups = (args as unknown[]).map(group => groupName(toText(group)));
    const compiled = regex(pattern, ignoreCase, multiline);
    const text = toText(value);
    const found = match(compiled, text, () => compiled.exec(text));
    if (!found) return null;
    if (groups.length === 0) return found[0];
    return groups.map(group => wantedGroup(found, group));
  }),
  regex_findall: filter(
    'value, regex, multiline=False, ignorecase=False',
    ([value, pattern, multiline, ignoreCase]) => {
      const compiled = regex(pattern, ignoreCase, multiline);
      const text = toText(value);
      const all = match(compiled, text, () => [...text.matchAll(compiled)]);
      spend(10 * all.length);
      return all.map(found => {
        if (found.length === 1) return found[0];
        const groups = found.slice(1).map(group => group ?? '');
        return groups.length === 1 ? groups[0] : groups;
      });
    },
  ),
  regex_escape: filter("string, re_type='python'", ([value, kind]) => {
    const text = toText(value);
    if (kind === 'python') return text.replace(/[ \t\n\r\v\f#$&*+\-.?[\\\]^{|}~()]/g, '\\$&');
    if (kind === 'posix_basic') return text.replace(/[\].[^$*\\]/g, '\\$&');
    throw new Fault(`Invalid regex type (${toText(kind)})`);
  }),
};

/** What `\g<name>` and `\1` stand for. */
function groupName(wanted: string): string | number {
  const named = /^\\g<(\S+)>/.exec(wanted);
  if (named) return named[1]!;
  const numbered = /^\\(\d+)/.exec(wanted);
  if (!numbered) throw new Fault(`'${wanted}' is no group`, "write '\\\\1' or '\\\\g<name>'");
  return Number(numbered[1]);
}

function wantedGroup(match: RegExpExecArray, name: string | number): unknown {
  if (typeof name === 'number') {
    if (name >= match.length) throw new Fault(`no such group '${name}'`);
    return match[name] ?? null;
  }
  if (!match.groups || !Object.hasOwn(match.groups, name)) throw new Fault(`no such group '${name}'`);
  return match.groups[name] ?? null;
}
