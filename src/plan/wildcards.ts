/** A test for names by shell wildcards: `*`, `?`, `[abc]`, `[!a-c]`; the whole name must match. */
export function fnmatch(pattern: string): (name: string) => boolean {
  if (!/[*?[]/.test(pattern)) return name => name === pattern;
  const expression = new RegExp(`^(?:${translate(pattern)})$`, 's');
  return name => expression.test(name);
}

function translate(pattern: string): string {
  return pattern.replace(
    /\*|\?|\[(!?)(\]?[^\]]*)\]|[\s\S]/g,
    (piece, not: string | undefined, set: string | undefined) => {
      if (piece === '*') return '.*';
      if (piece === '?') return '.';
      if (set !== undefined) return `[${not ? '^' : ''}${set.replace(/[\\\]^[]/g, '\\$&')}]`;
      return piece.replace(/[\\^$.|?*+()[\]{}]/, '\\$&');
    },
  );
}
