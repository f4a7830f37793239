/** What apt would do, or has to say against it. */
export interface Simulation {
  /** Package name (with `:architecture` where that is not the host's own) to its versions. */
  readonly changes: ReadonlyMap<string, VersionChange>;
  readonly downgraded: readonly string[];
  readonly heldChanged: readonly string[];
  readonly essentialRemoved: readonly string[];
  /** Files that `autoclean` or `clean` would delete. */
  readonly deletedFiles: readonly string[];
}

/** null: not installed. */
export interface VersionChange {
  readonly before: string | null;
  readonly after: string | null;
  readonly purge?: boolean;
}

/** Reads what `apt-get --simulate` printed in the C locale. */
export function parseSimulation(text: string): Simulation {
  const changes = new Map<string, VersionChange>();
  const deletedFiles: string[] = [];
  for (const line of text.split('\n')) {
    const install = /^Inst (\S+) (?:\[(\S+)\] )?\((\S+)/.exec(line);
    if (install) {
      const [, name, before, after] = install;
      // A package may be removed and come back in another architecture's guise; what was first is "before".
      changes.set(name!, { before: changes.get(name!)?.before ?? before ?? null, after: after! });
      continue;
    }
    const remove = /^(Remv|Purg) (\S+) \[(\S+)\]/.exec(line);
    if (remove) {
      const [, verb, name, before] = remove;
      changes.set(name!, { before: before!, after: null, ...(verb === 'Purg' && { purge: true }) });
      continue;
    }
    const purge = /^Purg (\S+)/.exec(line);
    if (purge) changes.set(purge[1]!, { before: null, after: null, purge: true });
    const deleted = /^Del (\S+ \S+)/.exec(line);
    if (deleted) deletedFiles.push(deleted[1]!);
  }
  return {
    changes,
    downgraded: listAfter(text, 'The following packages will be DOWNGRADED:'),
    heldChanged: listAfter(text, 'The following held packages will be changed:'),
    essentialRemoved: listAfter(text, 'WARNING: The following essential packages will be removed.'),
    deletedFiles,
  };
}

/** The indented lines of names below a heading. */
function listAfter(text: string, heading: string): string[] {
  const at = text.indexOf(`${heading}\n`);
  if (at < 0) return [];
  const names: string[] = [];
  for (const line of text.slice(at + heading.length + 1).split('\n')) {
    if (!line.startsWith(' ')) {
      // The heading about essential packages has a second line of text.
      if (names.length === 0 && /^This should NOT be done/.test(line)) continue;
      break;
    }
    names.push(...line.trim().split(/\s+/));
  }
  return names;
}
