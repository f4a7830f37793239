import { Secret } from '../core/secret.ts';
import { isDict, isList, keyText, Unknown, type Value } from '../core/value.ts';

/** A value on one line, as it would be written in YAML: `web`, `[80, 443]`, `{name: deploy}`. */
export function inline(value: Value): string {
  if (typeof value === 'string') return value;
  return flow(value);
}

/** A value for reading, over as many lines as it needs, in the manner of YAML. */
export function blockText(value: Value): string {
  return lines(value).join('\n');
}

function lines(value: Value): string[] {
  if (isDict(value) && value.size > 0) {
    return [...(value as ReadonlyMap<Value, Value>)].flatMap(([key, item]) =>
      entry(`${scalar(keyText(key))}:`, item),
    );
  }
  if (isList(value) && value.length > 0) {
    return (value as readonly Value[]).flatMap(item => {
      const [first = '', ...rest] = lines(item);
      return [`- ${first}`, ...rest.map(line => `  ${line}`)];
    });
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return [
      '|',
      ...value
        .replace(/\n$/, '')
        .split('\n')
        .map(line => `  ${line}`),
    ];
  }
  return [flow(value)];
}

function entry(key: string, item: Value): string[] {
  const [first = '', ...rest] = lines(item);
  if (isDict(item) && item.size > 0) return [key, ...[first, ...rest].map(line => `  ${line}`)];
  if (isList(item) && item.length > 0) {
    const short = flow(item);
    const simple = (item as readonly Value[]).every(each => !isDict(each) && !isList(each));
    if (simple && short.length <= 80 && !short.includes('\n')) return [`${key} ${short}`];
    return [key, first, ...rest];
  }
  return [`${key} ${first}`, ...rest];
}

function flow(value: Value): string {
  if (isDict(value)) {
    const items = [...(value as ReadonlyMap<Value, Value>)];
    return `{${items.map(([key, item]) => `${scalar(keyText(key))}: ${flow(item)}`).join(', ')}}`;
  }
  if (isList(value)) return `[${(value as readonly Value[]).map(flow).join(', ')}]`;
  return scalar(value);
}

function scalar(value: Value): string {
  if (value === null) return 'null';
  if (value instanceof Secret) return value.toString();
  if (value instanceof Unknown) return '(unknown)';
  if (typeof value === 'string') return needsQuotes(value) ? JSON.stringify(value) : value;
  return String(value);
}

/** Texts that would read as something else: a number, a truth value, nothing, a piece of YAML. */
function needsQuotes(text: string): boolean {
  return (
    text === '' ||
    text.trim() !== text ||
    /^(null|~|true|false|yes|no|on|off|[-+]?[\d._]+([eE][-+]?\d+)?)$/i.test(text) ||
    /^[[\]{}&*!|>'"%@`#,?:-]/.test(text) ||
    /: |:$| #|\n/.test(text)
  );
}
