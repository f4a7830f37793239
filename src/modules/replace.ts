import { substitute } from '../core/python-regex.ts';
import { stateModule } from './define.ts';
import { editParameters, lookAtEdited, wantEdited } from './edit-file.ts';
import { Failure } from './failure.ts';
import { inParameter, ParameterPattern } from './parameter-pattern.ts';
import { t } from './parameters.ts';
import { validateHasPlace } from './write-file.ts';

const ENCODINGS = [
  'utf-8',
  'utf8',
  'latin-1',
  'latin1',
  'iso-8859-1',
  'ascii',
  'us-ascii',
  'utf-16-le',
] as const;

/** Replaces all matches of a pattern in a file. */
export const replace = stateModule({
  names: ['replace', 'ansible.builtin.replace'],
  summary: 'Replace all matches of a pattern in a text file',
  parameters: {
    ...editParameters,
    regexp: t.str({ required: true, doc: 'What is replaced; "^" and "$" stand at lines.' }),
    replace: t.str({
      default: '',
      doc: 'What it becomes, with \\1 or \\g<name> for groups; nothing removes it.',
    }),
    after: t.str({ doc: 'Only behind the first match of this.' }),
    before: t.str({ doc: 'Only before the first match of this.' }),
    encoding: t.choice(ENCODINGS)({ default: 'utf-8' }),
  },
  constraints: [validateHasPlace],
  probe: lookAtEdited,
  want: (now, p) => {
    if (now.bytes === null) throw new Failure(`there is no file ${now.path}`, { rc: 257 });
    const encoding = bufferEncoding(p.encoding);
    const old = now.bytes.toString(encoding);
    if (!Buffer.from(old, encoding).equals(now.bytes)) {
      throw new Failure(
        `${now.path} is not ${p.encoding} text`,
        {},
        'the parameter "encoding" says what it is',
      );
    }
    const section = findSection(old, p.after, p.before);
    if (!section) {
      const message = 'Pattern for before/after params did not match the given file';
      return { targets: [], message, result: { rc: 0 } };
    }
    const part = old.slice(section.start, section.end);
    const pattern = new ParameterPattern('regexp', p.regexp, { multiline: true });
    const { text, count } = pattern.match(part, regex =>
      inParameter('replace', () => substitute(regex, p.replace, part)),
    );
    const whole = old.slice(0, section.start) + text + old.slice(section.end);
    const outcome =
      whole === old
        ? { message: '' }
        : { bytes: Buffer.from(whole, encoding), message: `${count} replacements made` };
    const wanted = wantEdited(now, outcome, p);
    return { ...wanted, result: { rc: 0, ...wanted.result } };
  },
});

/** The part of a text between two patterns; null: they do not match. */
function findSection(
  text: string,
  after: string | undefined,
  before: string | undefined,
): { start: number; end: number } | null {
  if (!after && !before) return { start: 0, end: text.length };
  const subsection = after && before ? '(?P<subsection>.*?)' : '(?P<subsection>.*)';
  const whole = `${after ?? ''}${subsection}${before ?? ''}`;
  const flags = { dotAll: true, indices: true };
  const match = new ParameterPattern(after ? 'after' : 'before', whole, flags).exec(text);
  if (!match) return null;
  const [start, end] = match.indices!.groups!.subsection!;
  return { start, end };
}

function bufferEncoding(name: (typeof ENCODINGS)[number]): BufferEncoding {
  if (name === 'utf-16-le') return 'utf16le';
  return name.startsWith('utf') ? 'utf8' : 'latin1';
}
