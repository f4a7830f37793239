import type { Answer, TemplateCase } from '../../../template/template-case.ts';

interface Deliberate {
  /** Why we answer otherwise; docs/templates.md tells users the same in the same words. */
  why: string;
  is(text: string, theirs: Answer, ours: Answer): boolean;
}

/** Where we differ from the oracle on purpose. `text` is the template that was asked about. */
export const DELIBERATE: readonly Deliberate[] = [
  {
    why: 'who asked for the value drops it; Ansible raises an error that its own callers catch',
    is: (_, { error = '' }, { out }) => error.startsWith('AnsibleValueOmittedError') && out === '<<Omit>>',
  },
  {
    why: 'older versions give the numbers, and content relies on it',
    is: (_, { error = '' }) => error.includes("Type 'range' is unsupported"),
  },
  {
    why: 'what is not there has its default',
    is: (_, { error = '' }) => error.includes("Type 'Undefined' is unsupported"),
  },
  {
    why: 'functions print as their name; Python prints where they are in memory',
    is: (_, { out = '' }) => /<(function|bound method|built-in method|class) /.test(out),
  },
  {
    why: 'text that was escaped prints as text, also inside containers',
    is: (_, { out = '' }, ours) => out.includes('Markup(') && withoutMarkup(out) === ours.out,
  },
  {
    why: 'escaped text is text like any other: it is escaped again when asked, and nothing that is joined to it is escaped unasked',
    is: (text, { out, error = '' }, ours) =>
      /\b(escape|forceescape|safe|tojson|xmlattr|urlize)\b/.test(text) &&
      (/a string or stream input is required|cannot represent an object/.test(error) ||
        (out !== undefined &&
          (out.includes('&') || out === "'Markup'" || unescaped(out) === unescaped(ours.out ?? '')))),
  },
  {
    why: "Ansible 2.19's lazy lists count wrongly",
    // Text, written out, is counted in rightly; and `index` finds what `count` does not.
    is: text => /[^'"]\.count\(/.test(text),
  },
  {
    why: "Jinja2 gives what is missing the default; Ansible 2.19's own lookup of attributes fails first",
    is: (text, { error = '' }) => /groupby\(.*,/.test(text) && /has no (attribute|element)/.test(error),
  },
  {
    why: 'a group is written as the list it is; Ansible 2.19 fails',
    is: (text, { error = '' }) => text.includes('groupby') && error.includes('cannot represent an object'),
  },
  {
    why: "the order of Python's sets of text is another in each run; ours is that in which the elements came",
    is: (text, theirs, ours) =>
      /union|intersect|difference/.test(text) &&
      theirs.error === undefined &&
      ours.error === undefined &&
      charactersOf(theirs) === charactersOf(ours),
  },
  {
    why: 'a time that leaves a template is text',
    is: (_, { out = '' }) => /datetime\.(datetime|date|timezone|time)\(/.test(out),
  },
  {
    why: 'times in YAML stay the text they are',
    is: text => /isoformat\(.*from_yaml/.test(text),
  },
  {
    why: 'there are no byte strings: text is what a template can use',
    is: text => text.includes('.encode('),
  },
  {
    why: 'what is no text is the name of nothing; Ansible says yes',
    is: (text, _, ours) => /is (filter|test)\b/.test(text) && ours.error !== undefined,
  },
  {
    why: 'an address is text',
    is: (text, _, ours) => text.includes('urlsplit') && ours.error !== undefined,
  },
  {
    why: 'a block that is called may use what is undefined as any other; Ansible 2.19 fails, also where default or is defined catch it',
    is: (text, { error = '' }) =>
      /\bself\.|\bsuper\(/.test(text) && error.startsWith('AnsibleUndefinedVariable'),
  },
  {
    why: 'what is included is captured; Jinja2 puts it out past the statement around it',
    is: text => /without context[\s\S]*end(set|filter|call|macro)/.test(text),
  },
];

export function isDeliberate({ e, t, v, w }: TemplateCase, theirs: Answer, ours: Answer): boolean {
  const text = e ?? t ?? w ?? JSON.stringify(v);
  return DELIBERATE.some(one => one.is(text, theirs, ours));
}

/** The oracle ran into a limit that it was given, so that there is no answer to compare with. */
export function gaveUp({ error = '' }: Answer): boolean {
  return /TimeoutError|MemoryError|RecursionError/.test(error);
}

/** What an answer is made of, in whatever order. */
function charactersOf({ out = '' }: Answer): string {
  return [...out].sort().join('');
}

/** Text in which what is escaped, how often, no longer shows. */
function unescaped(text: string): string {
  const once = text.replaceAll('&amp;', '&');
  if (once !== text) return unescaped(once);
  return text.replaceAll(/&(lt|gt|#34|#39);/g, '_').replaceAll(/[<>"']/g, '_');
}

function withoutMarkup(text: string): string {
  return text.replaceAll(/Markup\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)/g, '$1');
}
