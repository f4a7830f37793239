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
    const compiled = regex(pattern, ignoreCase, multiline);
    const text = toText(value);
    const found = match(compiled, text, () => compiled.exec(text));
    if (!found) return null;
    const groups = args as unknown[];
    if (groups.length === 0) return found[0];
    return groups.map(group => wantedGroup(found, toText(group)));
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

function wantedGroup(match: RegExpExecArray, wanted: string): unknown {
  const named = /^\\g<(\S+)>/.exec(wanted);
  const numbered = /^\\(\d+)/.exec(wanted);
  if (!named && !numbered) throw new Fault('Unknown argument');
  if (numbered) {
    if (Number(numbered[1]) >= match.length) throw new Fault(`no such group '${numbered[1]}'`);
    return match[Number(numbered[1])] ?? null;
  }
  const name = named![1]!;
  if (!match.groups || !Object.hasOwn(match.groups, name)) throw new Fault(`no such group '${name}'`);
  return match.groups[name] ?? null;
}
