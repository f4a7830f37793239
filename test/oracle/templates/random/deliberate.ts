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
    why: 'escaped text is text; Python prints Markup(…) around it in a list',
    is: (_, theirs, ours) => plain(theirs.out) === ours.out,
  },
  {
    why: 'dates leave a template as text: playbooks have no type for them',
    is: (_, { out = '' }) => /datetime\.(datetime|date|timezone|time)\(/.test(out),
  },
  {
    why: 'encoded text stays text: there are no bytes',
    is: ({ e, t, v, w }) => JSON.stringify([e, t, v, w]).includes('.encode('),
  },
];

export function isDeliberate(asked: TemplateCase, theirs: Answer, ours: Answer): boolean {
  return DELIBERATE.some(one => one.is(asked, theirs, ours));
}

/** The oracle ran into a limit that it was given, so that there is no answer to compare with. */
export function gaveUp({ error = '' }: Answer): boolean {
  return /TimeoutError|MemoryError|RecursionError/.test(error);
}

function plain(text: string | undefined): string | undefined {
  return text?.replaceAll(/Markup\(('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\)/g, '$1');
}
