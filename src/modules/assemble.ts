import { posix } from 'node:path';
import { type ModuleContext, stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { attributeParameters } from './file-attributes.ts';
import type { Reader } from './host/access.ts';
import { contentOf, described, fileBytes, lookBelow, lookThrough } from './kinds/file.ts';
import { hostPath } from './kinds/host-path.ts';
import { ParameterPattern } from './parameter-pattern.ts';
import { type Infer, t } from './parameters.ts';
import { backupName, lookAtSpot, validateHasPlace, writtenFile } from './write-file.ts';

const parameters = {
  src: t.path({ required: true, doc: 'Folder of the fragments.' }),
  dest: t.path({ required: true, doc: 'The file that they make.' }),
  remote_src: t.bool({ default: true, doc: 'src is on the host.' }),
  delimiter: t.str({ doc: 'Text between fragments.' }),
  regexp: t.str({ doc: 'Only fragments whose names match.' }),
  ignore_hidden: t.bool({ default: false, doc: 'Leave out fragments whose names begin with a dot.' }),
  backup: t.bool({ default: false }),
  decrypt: t.bool({ default: true, doc: 'Open fragments of the controller that are vaults.' }),
  validate: t.str({ doc: 'Command that must accept the new file, %s standing for it.' }),
  ...attributeParameters,
} as const;

type Parameters = Infer<typeof parameters>;

/** Puts the files of a folder together into one, in the order of their names. */
export const assemble = stateModule({
  names: ['assemble', 'ansible.builtin.assemble'],
  summary: 'Put a file together from fragments',
  parameters,
  constraints: [validateHasPlace],
  probe: async (host, p, context) => {
    const fragments = p.remote_src ? await remoteFragments(host, p) : localFragments(p, context);
    const secret = fragments.some(fragment => fragment.secret);
    const content = contentOf(joined(fragments, p.delimiter), secret);
    const dest = await hostPath(host, p.dest);
    return { content, spot: await lookAtSpot(host, dest, content, { ...p, follow: false }) };
  },
  want: ({ content, spot }, p) => {
    const written = writtenFile(spot, content, {
      ...p,
      backupName: p.backup ? backupName(spot.path) : undefined,
    });
    return {
      targets: [written.target],
      message: 'OK',
      result: { src: p.src, dest: spot.path, ...written.result },
    };
  },
});

interface Fragment {
  readonly name: string;
  readonly bytes: Buffer;
  readonly secret: boolean;
}

async function remoteFragments(host: Reader, p: Parameters): Promise<Fragment[]> {
  const folder = await lookThrough(host, await hostPath(host, p.src));
  if (folder.state.type !== 'directory') {
    const found = folder.state.type === 'absent' ? 'does not exist' : `is ${described(folder.state)}`;
    throw new Failure(`the folder ${folder.path} of fragments ${found}`, { src: p.src });
  }
  const below = [...(await lookBelow(host, folder.path)).keys()].filter(
    path => posix.dirname(path) === folder.path && isWanted(posix.basename(path), p),
  );
  const fragments = await Promise.all(
    below.map(async path => ({
      name: posix.basename(path),
      bytes: await host.look(fileBytes, path),
      secret: false,
    })),
  );
  return fragments.filter((fragment): fragment is Fragment => fragment.bytes !== null);
}

function localFragments(p: Parameters, { local }: ModuleContext): Fragment[] {
  const folder = local.find(p.src, 'files');
  if (!local.stat(folder)?.directory)
    throw new Failure(`${folder} is not a folder of fragments`, { src: p.src });
  return local.walk(folder).flatMap(({ path }) => {
    const full = posix.join(folder, path);
    if (path.includes('/') || !isWanted(path, p) || local.stat(full)?.directory !== false) return [];
    const { content, secret } = local.read(full, p.decrypt);
    return [{ name: path, bytes: content, secret }];
  });
}

function isWanted(name: string, { regexp, ignore_hidden }: Parameters): boolean {
  if (ignore_hidden && name.startsWith('.')) return false;
  return regexp === undefined || new ParameterPattern('regexp', regexp, {}).test(name);
}

/** Each fragment begins on a new line, and so does what follows a delimiter. */
function joined(fragments: readonly Fragment[], delimiter: string | undefined): Buffer {
  const between = delimiter === undefined ? '' : unescaped(delimiter);
  const parts: Buffer[] = [];
  const sorted = [...fragments].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)));
  sorted.forEach(({ bytes }, i) => {
    if (i > 0) {
      if (sorted[i - 1]!.bytes.at(-1) !== 10) parts.push(Buffer.from('\n'));
      if (between !== '') parts.push(Buffer.from(between.endsWith('\n') ? between : `${between}\n`));
    }
    parts.push(bytes);
  });
  return Buffer.concat(parts);
}

function unescaped(text: string): string {
  const names: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '\\': '\\' };
  return text.replace(/\\([ntr\\])/g, (_, letter: string) => names[letter]!);
}
