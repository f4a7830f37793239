import { byteText } from '../../core/python-regex.ts';
import { stateModule } from '../define.ts';
import { type Edited, type EditOutcome, editParameters, lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import { type Infer, mutuallyExclusive, t } from '../parameters.ts';
import { validateHasPlace } from '../write-file.ts';
import { withLine, withoutLines } from './lines.ts';

const parameters = {
  ...editParameters,
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  line: t.str({ aliases: ['value'], doc: 'The line.' }),
  regexp: t.str({
    aliases: ['regex'],
    doc: 'Which line is replaced (the last that matches) or removed (all).',
  }),
  search_string: t.str({ doc: 'As for regexp, but a plain text that the line holds.' }),
  insertafter: t.str({ doc: 'Where a new line goes: behind the last line that matches, or EOF.' }),
  insertbefore: t.str({ doc: 'Where a new line goes: before the last line that matches, or BOF.' }),
  backrefs: t.bool({
    default: false,
    doc: 'Fill groups of regexp into line; without a match nothing is done.',
  }),
  firstmatch: t.bool({ default: false, doc: 'Use the first line that matches instead of the last.' }),
  create: t.bool({ default: false, doc: 'Make the file, and the folders above it, if it is missing.' }),
} as const;

type Parameters = Infer<typeof parameters>;

/** Makes sure that a line is in a file, or not. */
export const lineinfile = stateModule({
  names: ['lineinfile', 'ansible.builtin.lineinfile'],
  summary: 'Manage a line in a text file',
  parameters,
  constraints: [
    mutuallyExclusive('insertbefore', 'insertafter'),
    mutuallyExclusive('regexp', 'search_string'),
    mutuallyExclusive('backrefs', 'search_string'),
    validateHasPlace,
    (given, effective) => {
      if (effective.get('state') === 'absent') {
        const any = ['line', 'regexp', 'search_string'].some(name => given.has(name));
        return any ? undefined : 'state: absent needs one of line, regexp, search_string';
      }
      if (effective.get('backrefs') === true && !given.has('regexp')) return 'backrefs needs regexp';
      return given.has('line') ? undefined : 'state: present needs line';
    },
  ],
  probe: lookAtEdited,
  want: (now, p) => {
    const warnings = (['regexp', 'search_string'] as const)
      .filter(name => p[name] === '')
      .map(name => `${name} is empty, which matches every line; "^" as regexp says so without this warning`);
    if (p.state === 'absent') {
      const { found, ...outcome } = removed(now, p);
      const wanted = wantEdited(now, outcome, p);
      return { ...wanted, warnings, result: { ...wanted.result, found } };
    }
    return { ...wantEdited(now, present(now, p), p), warnings };
  },
});

function present(now: Edited, p: Parameters): EditOutcome {
  if (now.bytes === null && !p.create) {
    throw new Failure(`there is no file ${now.path}`, { rc: 257 }, 'create: true makes it');
  }
  const { text, message } = withLine(byteText(now.bytes ?? Buffer.alloc(0)), { ...p, line: p.line! });
  return { bytes: text === undefined ? undefined : Buffer.from(text, 'latin1'), message };
}

function removed(now: Edited, p: Parameters): EditOutcome & { found: number } {
  if (now.bytes === null) return { message: 'file not present', found: 0 };
  const { text, found } = withoutLines(byteText(now.bytes), p);
  if (text === undefined) return { message: '', found };
  return { bytes: Buffer.from(text, 'latin1'), message: `${found} line(s) removed`, found };
}
