/** Where git left a merge to be decided: the index of the line that begins it; undefined where there is none. */
export function mergeConflict(lines: readonly string[]): number | undefined {
  const start = lines.findIndex(line => /^<{7}(?: |$)/.test(line));
  if (start === -1) return undefined;
  const middle = lines.findIndex((line, at) => at > start && /^={7}\r?$/.test(line));
  const end = lines.findIndex((line, at) => at > middle && /^>{7}(?: |$)/.test(line));
  return middle !== -1 && end !== -1 ? start : undefined;
}

export const MERGE_CONFLICT = 'a merge that git left to be decided';
