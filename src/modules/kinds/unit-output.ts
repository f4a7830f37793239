/** One unit's properties, in the order in which the manager gives them. */
export type Properties = ReadonlyMap<string, string>;

/**
 * What `systemctl show` prints for several units: blocks of `Name=value`, with an empty line between them.
 * A value in braces (ExecStart and its kin) may have line breaks in it.
 */
export function parseShow(text: string): Properties[] {
  const blocks: Map<string, string>[] = [];
  let block: Map<string, string> | undefined;
  let open: string | undefined;
  for (const line of text.split('\n')) {
    if (open !== undefined && block) {
      block.set(open, `${block.get(open)}\n${line}`);
      if (line.trimEnd().endsWith('}')) open = undefined;
      continue;
    }
    if (line === '') {
      block = undefined;
      continue;
    }
    const match = /^([A-Za-z][A-Za-z0-9]*)=(.*)$/.exec(line);
    if (!match) continue;
    if (!block) {
      block = new Map();
      blocks.push(block);
    }
    const [, name, value] = match;
    block.set(name!, value!);
    if (value!.startsWith('{') && !value!.trimEnd().endsWith('}')) open = name;
  }
  return blocks;
}

/** Whether a unit file says how it is to be enabled. */
export function hasInstallSection(unitFile: string): boolean {
  let section = '';
  for (const line of unitFile.split('\n')) {
    const header = /^\s*\[([^\]]+)\]\s*$/.exec(line);
    if (header) section = header[1]!;
    else if (section === 'Install' && /^\s*(WantedBy|RequiredBy|UpheldBy|Also|Alias)\s*=\s*\S/.test(line))
      return true;
  }
  return false;
}
