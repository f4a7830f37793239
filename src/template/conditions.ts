/** Whether the text is a template as a whole, rather than an expression: `{{ … }}` or `{% … %}`. */
export function isWholeTemplate(text: string): boolean {
  const trimmed = text.trim();
  if (/^\{%[\s\S]*%\}$/.test(trimmed)) return true;
  if (!trimmed.startsWith('{{') || !trimmed.endsWith('}}'))
    return /\{%|\{#/.test(trimmed) && !/['"].*\{[%#].*['"]/.test(trimmed);
  // `{{ a }} == {{ b }}` is an expression with templates in it.
  return trimmed.indexOf('{{', 2) === -1 || trimmed.indexOf('}}') === trimmed.length - 2;
}

/**
 * An expression in which older content has put `{{ x }}`: it means the value of x there. The braces become
 * parentheses, so that places in errors stay right. Those in string literals are left to the compiler.
 */
export function asExpression(text: string): string {
  if (!text.includes('{{')) return text;
  let result = '';
  let quote: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    const end = !quote && text.startsWith('{{', i) ? text.indexOf('}}', i) : -1;
    if (end !== -1 && text.slice(i + 2, end).trim() !== '') {
      result += ` (${text.slice(i + 2, end)}) `;
      i = end + 1;
    } else {
      if (quote && character === '\\') result += text[i++]!;
      else if (quote === character) quote = undefined;
      else if (!quote && (character === "'" || character === '"')) quote = character;
      result += text[i] ?? '';
    }
  }
  return result;
}
