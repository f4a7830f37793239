/** Which of two versions of a Debian package is newer: negative, zero or positive, as dpkg compares them. */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [split(a), split(b)];
  return x.epoch - y.epoch || comparePart(x.upstream, y.upstream) || comparePart(x.revision, y.revision);
}

function split(version: string): { epoch: number; upstream: string; revision: string } {
  const match = /^(?:(\d+):)?(.*?)(?:-([^-]*))?$/.exec(version);
  return { epoch: Number(match?.[1] ?? 0), upstream: match?.[2] ?? version, revision: match?.[3] ?? '' };
}

/** Text and numbers in turn; "~" sorts before everything, even before the end. */
function comparePart(a: string, b: string): number {
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    while ((i < a.length && !isDigit(a[i])) || (j < b.length && !isDigit(b[j]))) {
      const difference = weight(a[i]) - weight(b[j]);
      if (difference !== 0) return difference;
      i++;
      j++;
    }
    const [m, n] = [/^\d*/.exec(a.slice(i))![0], /^\d*/.exec(b.slice(j))![0]];
    const difference = BigInt(m || '0') - BigInt(n || '0');
    if (difference !== 0n) return difference > 0n ? 1 : -1;
    i += m.length;
    j += n.length;
  }
  return 0;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function weight(char: string | undefined): number {
  if (char === undefined || isDigit(char)) return 0;
  if (char === '~') return -1;
  return /[A-Za-z]/.test(char) ? char.charCodeAt(0) : char.charCodeAt(0) + 256;
}
