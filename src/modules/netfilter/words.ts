/**
 * Words of a rule as iptables-save prints them: blanks divide, quotes hold together, a backslash takes the
 * next character as it is.
 */
export function ruleWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const pattern = /"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)|(\s+)|([^\s"'\\]+)|(.)/gs;
  for (const [, double, single, escaped, space, bare, stray] of text.matchAll(pattern)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + (double?.replace(/\\(.)/gs, '$1') ?? single ?? escaped ?? bare ?? stray ?? '');
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** The same words as iptables-restore reads them; it knows double quotes only. */
export function ruleText(words: readonly string[]): string {
  return words
    .map(word => (/^[\w./:,+!=@%^~#*\-[\]]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`))
    .join(' ');
}
