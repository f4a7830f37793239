import type { Answer, TemplateCase } from '../../../template/template-case.ts';

interface Deliberate {
  /** Why we answer otherwise; docs/templates.md tells users the same. */
  why: string;
  is(asked: TemplateCase, theirs: Answer, ours: Answer): boolean;
}

/** Where we differ from the oracle on purpose. */
const DELIBERATE: readonly Deliberate[] = [
  {
    why: 'omit as a whole value is for whoever asked to deal with; Ansible raises an error that its own callers catch',
    is: (_, { error = '' }, { out }) => error.startsWith('AnsibleValueOmittedError') && out === '<<Omit>>',
  },
  {
    why: 'a range leaves a template as the list of its numbers, as it did before 2.19',
    is: (_, { error = '' }) => error.includes("Type 'range' is unsupported"),
  },
  {
    why: '`x if y` without else is like any other undefined value, and nothing when printed; 2.19 has a value of another type there, which it cannot return',
    is: (_, { error = '' }) => error.includes("Type 'Undefined' is unsupported"),
  },
  {
    why: 'functions and methods print as their name; Python prints where they are in memory',
    is: (_, { out = '' }) => /<(function|bound method|built-in method|class) /.test(out),
  },
  {
    why: 'escaped text is text; Python prints Markup(…) around it in a list, and from_yaml refuses it',
    is: (_, theirs, ours) =>
      plain(theirs.out) === ours.out || /from_yaml.*a string or stream input/.test(theirs.error ?? ''),
  },
  {
    why: 'dates leave a template as text: playbooks have no type for them',
    is: (_, { out = '' }) => /datetime\.(datetime|date|timezone|time)\(/.test(out),
  },
  {
    why: 'text does not remember that it is escaped: escaping it once more escapes once more',
    is: (asked, theirs, ours) =>
      /(escape|safe|tojson|xmlattr|urlize)\b[\s\S]*(escape|\+|format|replace|%)/.test(textIn(asked)) &&
      theirs.out !== undefined &&
      unescaped(theirs.out) === unescaped(ours.out ?? ''),
  },
  {
    why: 'count and index see what is in a list; in 2.19 they miss None and texts in lists that come from variables',
    is: asked => /\.(count|index)\(/.test(textIn(asked)),
  },
  {
    why: 'shuffle with the seed 0 is the same each time; Ansible takes 0 for no seed',
    is: (asked, theirs, ours) =>
      textIn(asked).includes('shuffle(seed=') && sameCharacters(theirs.out, ours.out),
  },
  {
    why: 'a group of groupby is written to YAML as the list it is; 2.19 fails instead',
    is: (asked, { error = '' }) =>
      /groupby/.test(textIn(asked)) && error.includes('cannot represent an object'),
  },
  {
    why: 'urlsplit takes text only; Python makes bytes of none and 0',
    is: (asked, _, ours) => textIn(asked).includes('urlsplit') && ours.error !== undefined,
  },
  {
    why: 'groupby takes the default for what an element lacks; 2.19 fails instead',
    is: (asked, { error = '' }) => /has no attribute/.test(error) && /groupby\(.*,/.test(textIn(asked)),
  },
  {
    why: 'set operations on text keep the order of the first list; Python has it by chance, another one in each run',
    is: (asked, theirs, ours) =>
      /union|intersect|difference/.test(textIn(asked)) &&
      ours.error === undefined &&
      theirs.error === undefined,
  },
  {
    why: '`include … without context` is captured by set, filter, call and macro; Jinja2 loses it there',
    is: asked => /without context[\s\S]*%}[\s\S]*end(set|filter|call|macro)/.test(textIn(asked)),
  },
  {
    why: 'encoded text stays text: there are no bytes',
    is: asked => textIn(asked).includes('.encode('),
  },
];

export function isDeliberate(asked: TemplateCase, theirs: Answer, ours: Answer): boolean {
  return DELIBERATE.some(one => one.is(asked, theirs, ours));
}

/** The oracle ran into a limit that it was given, so that there is no answer to compare with. */
export function gaveUp({ error = '' }: Answer): boolean {
  return /TimeoutError|MemoryError|RecursionError/.test(error);
}

function textIn({ e, t, v, w }: TemplateCase): string {
  return e ?? t ?? w ?? JSON.stringify(v);
}

function sameCharacters(a = '', b = ''): boolean {
  return [...a].sort().join('') === [...b].sort().join('');
}

function unescaped(text: string): string {
  const before = text.replaceAll('&amp;', '&');
  return before === text
    ? text.replaceAll(/&(lt|gt|#34|#39);/g, '_').replaceAll(/[<>"']/g, '_')
    : unescaped(before);
}

function plain(text: string | undefined): string | undefined {
  return text?.replaceAll(/Markup\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)/g, '$1');
}
