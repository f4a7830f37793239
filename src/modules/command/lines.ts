/** Lines as Python's `str.splitlines` sees them: what playbooks find in `stdout_lines`. */
export function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]/);
  // An end of line ends the last line; it does not begin another one.
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
