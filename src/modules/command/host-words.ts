import { quote, type ShellText, userShell } from '../../core/shell.ts';

/**
 * A word in which the host fills in `$NAME`, `${NAME}` and a leading `~` or `~user`, and nothing else. What
 * the host has no value for stays as it was written.
 */
export function expandedWord(text: string): ShellText {
  return userShell(withTilde(text, withVariables));
}

/** The same for a path that may be a pattern: `*`, `?` and `[…]` are matched on the host. */
export function patternWord(text: string): ShellText {
  return userShell(withTilde(text, part => withVariables(part, withWildcards)));
}

function withTilde(text: string, rest: (text: string) => string): string {
  const match = /^~[A-Za-z0-9_.-]*(?=\/|$)/.exec(text);
  return match
    ? match[0] + (text.length > match[0].length ? rest(text.slice(match[0].length)) : '')
    : rest(text);
}

function withVariables(text: string, literal: (text: string) => string = quote): string {
  let words = '';
  let last = 0;
  for (const match of text.matchAll(/\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)) {
    if (match.index > last) words += literal(text.slice(last, match.index));
    // In double quotes, so that the value is not split; braces end the default, so those are escaped.
    words += `"\${${match[1] ?? match[2]}-${match[0].replace(/[$}]/g, '\\$&')}}"`;
    last = match.index + match[0].length;
  }
  if (last < text.length || text === '') words += literal(text.slice(last));
  return words;
}

function withWildcards(text: string): string {
  return text
    .split(/([*?]|\[[!^]?\]?[^\]/]*\])/)
    .map((part, index) => {
      if (index % 2 === 0) return part === '' ? '' : quote(part);
      if (part.length === 1) return part;
      const [, negated, members] = /^\[([!^]?)(.*)\]$/s.exec(part)!;
      // Python's patterns negate with "!" only, and a shell may take "^" for the same.
      const inner = members!.replace(/[^\w-]/g, '\\$&');
      return `[${negated === '!' ? '!' : negated === '^' ? '\\^' : ''}${inner}]`;
    })
    .join('');
}
