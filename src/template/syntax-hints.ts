import { findFilter } from './filters/index.ts';

/** One typical mistake: what stands before and after the place where reading stopped, and what to do about it. */
interface Mistake {
  /** The text of the tag up to the place. */
  before?: RegExp;
  /** The text from the place on. */
  at?: RegExp;
  /** What the error says. */
  says?: RegExp;
  hint: string | ((match: { before: string; at: string }) => string | undefined);
}

/** What helps with a mistake of syntax at this offset, if it is one that is often made. */
export function syntaxHint(text: string, offset: number, message: string): string | undefined {
  const at = text.slice(offset, offset + 200);
  const before = text.slice(tagStart(text, offset), offset);
  for (const mistake of MISTAKES) {
    if (mistake.before && !mistake.before.test(before)) continue;
    if (mistake.at && !mistake.at.test(at)) continue;
    if (mistake.says && !mistake.says.test(message)) continue;
    const hint = typeof mistake.hint === 'string' ? mistake.hint : mistake.hint({ before, at });
    if (hint !== undefined) return hint;
  }
  return undefined;
}

/** Where the tag begins that the offset is in: its `{{` or `{%`, or else the text. */
function tagStart(text: string, offset: number): number {
  const far = Math.max(0, offset - 2000);
  const part = text.slice(far, offset);
  const closed = Math.max(part.lastIndexOf('}}\n'), part.lastIndexOf('%}'));
  const opened = /\{[{%]/.exec(part.slice(closed + 1));
  return opened ? far + closed + 1 + opened.index : far;
}

const MISTAKES: readonly Mistake[] = [
  { says: /can't assign/, hint: 'this is a value and no name' },
  // Words and signs of other languages.
  { at: /^&&?/, hint: 'use "and" instead of &&' },
  { before: /\|$/, at: /^\|/, hint: 'use "or" instead of ||' },
  { before: /\|\s+$/, at: /^\|/, hint: 'the name of a filter is missing between the pipes' },
  { at: /^!(?!=)/, hint: 'use "not" instead of !' },
  { before: /[=!]=$/, at: /^=/, hint: 'use == or !=, which also compare the types of texts and numbers' },
  { before: /<$/, at: /^>/, hint: 'use != instead of <>' },
  { before: /-$/, at: /^>/, hint: 'use a dot to reach an attribute, as in a.b' },
  {
    before: /=$/,
    at: /^>/,
    hint: 'there are no functions here; map and select take the name of a filter or an attribute',
  },
  {
    before: /[-+*/]$/,
    at: /^=/,
    hint: 'write {% set a = a + 1 %}; to count in a loop, set an attribute of a namespace()',
  },
  {
    before: /^\{%-?\s*set\s+\w+\s*$/,
    at: /^[-+*/]=/,
    hint: 'write {% set a = a + 1 %}; to count in a loop, set an attribute of a namespace()',
  },
  { before: /^\{%-?\s*set\s+\w+\s*$/, at: /^==/, hint: 'use a single = to set a variable' },
  { before: /^\{%-?\s*set\s+\w+\s*$/, hint: 'write {% set name = value %}' },
  { before: /^\{%-?\s*set\s*$/, hint: 'write {% set name = value %}' },
  { before: /(\+\+|--)\s*$/, hint: 'there is no ++; add 1' },
  { at: /^\?/, hint: 'use "a if condition else b" instead of ?:' },
  { at: /^\$/, hint: 'names of variables have no $' },
  { at: /^[“”„‘’]/, hint: 'use straight quotes' },
  { at: /^[–—]/, hint: 'use an ordinary minus' },
  { at: /^[@`;\\#§]/, hint: 'this character has no meaning here' },
  { before: /\bf$/, at: /^["']/, hint: 'join text with ~, or use the filter format' },
  { before: /\.$/, at: /^\[/, hint: 'write a["b"] without the dot' },
  { before: /\.\s*$/, hint: 'the name of an attribute is missing behind the dot' },
  { before: /\b0$/, at: /^\d/, hint: 'a number does not begin with 0; write a file mode in quotes' },
  { before: /\d$/, at: /^[A-Za-z_]/, hint: 'a name does not begin with a digit' },
  { before: /\[[^\]]*$/, at: /^for\b/, hint: 'there are no comprehensions; use map and select, or a loop' },
  {
    before: /\blambda\s+$/,
    hint: 'there are no functions here; map and select take the name of a filter or an attribute',
  },
  { at: /^then\b/, hint: 'there is no "then": the statement ends with %}' },
  { before: /^\{%.*\w\s*$/, at: /^:\s*-?%\}/, hint: 'there is no colon at the end' },
  { before: /\belse\s+$/, at: /^if\b/, hint: 'did you mean "elif"?' },
  { before: /^\{%-?\s*for\s+[^%]*$/, at: /^of\b/, hint: 'did you mean "in"?' },
  { before: /^\{%-?\s*for\b/, says: /expected (a name|'in')/, hint: 'write {% for name in list %}' },

  // Braces in braces, and tags that are closed in another way than they were opened.
  {
    before: /^\{[{%].*\{\{/s,
    at: /^\}/,
    says: /expected ':'/,
    hint: 'inside of a tag, a variable stands without braces',
  },
  { before: /^\{\{.*%$/s, at: /^\}/, hint: '{{ is closed with }}' },
  { before: /^\{%.*[^%]$/s, at: /^\}/, says: /unexpected '\}'$/, hint: '{% is closed with %}' },
  { before: /^\{\{/, at: /^\}([^}]|$)/, says: /unexpected '\}'$/, hint: '{{ is closed with }}' },
  { says: /unexpected '[)\]}]'$/, hint: 'it was not opened' },
  {
    says: /unexpected '.', expected '.'/,
    hint: ({ at }) =>
      `something was opened before that is not closed${at.startsWith('}') ? '' : ' in this way'}`,
  },
  { says: /^expected '[)\]}]'$/, hint: 'something was opened before that is not closed' },
  { says: /unexpected end of template, expected '([^']+)'/, hint: 'what was opened here is not closed' },
  { says: /missing end of comment/, hint: 'a comment ends with #}' },
  { says: /missing end of raw/, hint: 'it ends with {% endraw %}' },
  {
    says: /string is not closed/,
    hint: 'a quote is missing; one that is part of the text is written \\\' or \\"',
  },

  // Statements where an expression stands, and the other way round.
  {
    before: /^\{\{-?\s*(if|for|set|elif|macro|include|import|from|block|do|call|with|extends)\s+$/,
    hint: 'statements stand in {% %}',
  },
  { before: /^\{%.*$/s, at: /^=(?!=)/, hint: 'use == to compare' },
  { at: /^=(?!=)/, hint: 'use == to compare, and {% set name = value %} to set a variable' },

  // The parts of statements.
  {
    before: /^\{%-?\s*macro\s+\w+\s*$/,
    hint: 'a macro has parentheses, also without parameters: {% macro name() %}',
  },
  { before: /^\{%-?\s*macro\b/, says: /expected a name/, hint: 'write {% macro name(parameter, other=1) %}' },
  { says: /parameter without default/, hint: 'parameters with a default come last' },
  { says: /expected a call/, hint: 'a call has parentheses: {% call name() %}' },
  {
    before: /^\{%-?\s*(include|import|from)\b.*$/s,
    at: /^with(out)?\b/,
    hint: 'write "with context" or "without context"',
  },
  { before: /^\{%-?\s*import\b/, hint: "write {% import 'file' as name %}" },
  { before: /^\{%-?\s*from\b/, hint: "write {% from 'file' import name, other %}" },
  { before: /^\{%-?\s*include\b/, hint: "write {% include 'file' %}" },
  { before: /^\{%-?\s*with\b/, says: /expected '='/, hint: 'write {% with name = value %}' },
  { before: /^\{%-?\s*endblock\s+$/, hint: 'it has another name than the block, or more than a name' },
  { before: /^\{%-?\s*block\s*$/, hint: 'write {% block name %}' },
  { before: /^\{%-?\s*(filter)\s*$/, hint: 'write {% filter name %}' },
  { says: /outside of a loop/, hint: 'it stands between {% for %} and {% endfor %}' },
  {
    says: /invalid syntax for function call/,
    hint: 'arguments without a name come first, then those with one, and * and ** once at most',
  },
  { says: /chained with/, hint: 'join tests with "and"' },

  // Something that is missing, or too much.
  { before: /\bis(\s+not)?\s*$/, hint: 'the name of a test is missing, such as "defined"' },
  { before: /\|\s*$/, hint: 'the name of a filter is missing behind the pipe' },
  { at: /^is\w|^isnt\b/, hint: 'write "is" or "is not"' },
  { before: /[\w)\]}'"]\s+$/, at: /^not\b/, hint: 'write "not in" or "is not"' },
  { before: /[\w)\]}'"]\s+$/, at: /^[A-Za-z_]\w*/, hint: missingPipe },
  { says: /expected ','/, hint: 'a comma is missing' },
  { says: /expected ':'/, hint: 'a pair of a mapping is written key: value' },
  { says: /expected the end of the/, hint: 'an operator, a pipe or a comma is missing before it' },
  {
    before: /^\{\{-?\s*$/,
    says: /found the end of the expression/,
    hint: 'there is nothing between the braces',
  },
  { says: /expected (an expression|a statement)/, hint: 'something is missing here' },
];

function missingPipe({ at }: { at: string }): string | undefined {
  const name = /^[A-Za-z_]\w*/.exec(at)![0];
  return findFilter(name) ? `a filter stands behind a pipe: | ${name}` : undefined;
}
