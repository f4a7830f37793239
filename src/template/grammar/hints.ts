/** Statements of other languages, and what stands for them here. */
const STATEMENTS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    while: 'there are only "for" loops',
    foreach: 'did you mean "for"?',
    let: 'did you mean "set"?',
    var: 'did you mean "set"?',
    assign: 'did you mean "set"?',
    switch: 'use "if" and "elif"',
    case: 'use "if" and "elif"',
    unless: 'use "if not"',
    function: 'did you mean "macro"?',
    def: 'did you mean "macro"?',
    comment: 'comments stand in {# #}',
    trans: 'there are no translations',
    debug: 'use the filter to_nice_json on what you want to see',
  }),
);

/** What helps with a statement of this name, which does not exist or stands in the wrong place. */
export function statementHint(name: string, next: string, ends: readonly string[]): string | undefined {
  const known = STATEMENTS.get(name);
  if (known !== undefined) return known;
  if (ends.length > 0 && /^(end\w*|fi|done|esac|wend)$/.test(name)) return `did you mean "${ends.at(-1)}"?`;
  if (ends.length === 1 && (name === 'else' || name === 'elif')) return 'nothing comes after "else"';
  const opener = CLOSING.get(name) ?? /^end(\w+)$/.exec(name)?.[1];
  if (opener !== undefined) return `no "${opener}" is open here`;
  if (next === '=') return `write {% set ${name} = … %}`;
  if (next === '.' || next === '(' || next === '[')
    return 'use {% do … %} for a call without output, or {{ … }}';
  return next === '%}' || next === '-%}' ? `a value is printed with {{ ${name} }}` : undefined;
}

const CLOSING: ReadonlyMap<string, string> = new Map([
  ['else', 'if" or "for'],
  ['elif', 'if'],
]);
