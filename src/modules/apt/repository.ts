import { sh } from '../../core/shell.ts';
import { stateModule } from '../define.ts';
import { type Edited, lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import type { Reader, Writer } from '../host/access.ts';
import type { Target } from '../kind.ts';
import { updateLists } from '../kinds/apt-lists.ts';
import { type Infer, t } from '../parameters.ts';
import { normalSource, sourceFileName, sourcesIn, withoutSource, withSource } from './source-line.ts';

const parameters = {
  repo: t.str({ required: true, doc: 'The source, as a line of sources.list.' }),
  state: t.choice(['present', 'absent'])({ default: 'present' }),
  filename: t.str({ doc: 'Name of the file in sources.list.d, with or without .list.' }),
  mode: t.mode({ doc: 'Permissions of the file.' }),
  update_cache: t.bool({ default: true, aliases: ['update-cache'], doc: 'Fetch the lists after a change.' }),
  update_cache_retries: t.int({ default: 5 }),
  update_cache_retry_max_delay: t.int({ default: 12, doc: 'Seconds.' }),
  validate_certs: t.bool({ default: true, doc: 'Of ppa: only, which is not supported.' }),
  codename: t.str({ doc: 'Of ppa: only, which is not supported.' }),
  install_python_apt: t.bool({ default: true, doc: 'No meaning here: no modules of Python are needed.' }),
};
type Parameters = Infer<typeof parameters>;

const FOLDER = '/etc/apt/sources.list.d';

export const aptRepository = stateModule({
  names: ['apt_repository', 'ansible.builtin.apt_repository'],
  summary: 'Add or remove sources of packages of apt',
  parameters,

  async probe(host, p) {
    const { source, path } = named(p);
    const found = new Set([path, ...(await listFiles(host))]);
    const files = await Promise.all([...found].map(each => lookAtEdited(host, { path: each, mode: p.mode })));
    return { source, path, files };
  },

  want({ source, path, files }, p) {
    const text = (file: Edited) => file.bytes?.toString('utf8') ?? '';
    const holding = files.filter(file => sourcesIn(text(file)).includes(source));
    const writing = { mode: p.mode, unsafe_writes: false, backup: false };
    const edit = (file: Edited, content: string): readonly Target[] =>
      wantEdited(file, { bytes: Buffer.from(content), message: '' }, writing).targets;
    const own = files.find(file => file.path === path) ?? files[0]!;
    const edits =
      p.state === 'absent'
        ? holding.flatMap(file => edit(file, withoutSource(text(file), source)))
        : holding.length > 0
          ? []
          : edit(own, withSource(text(own), source));
    const last = edits.at(-1);
    const targets = last ? [...edits.slice(0, -1), withUpdate(last, source, p)] : [];
    return {
      targets,
      result: {
        repo: p.repo,
        state: p.state,
        ...(p.state === 'present' && { sources_added: edits.length > 0 ? [path] : [] }),
      },
    };
  },
});

function named(p: Parameters): { source: string; path: string } {
  if (p.repo.trimStart().startsWith('ppa:')) {
    throw new Failure(
      'ppa: is not supported',
      {},
      'write the source as a line: deb https://… SUITE COMPONENT',
    );
  }
  const source = normalSource(p.repo);
  if (p.filename?.includes('/')) throw new Failure(`filename cannot be a path: "${p.filename}"`);
  const name = (p.filename ?? sourceFileName(source)).replace(/\.list$/, '');
  return { source, path: `${FOLDER}/${name}.list` };
}

async function listFiles(host: Reader): Promise<string[]> {
  const text = await host.text(
    sh`for f in /etc/apt/sources.list ${FOLDER}/*.list; do [ -f "$f" ] && echo "$f"; done; :`,
  );
  return text.split('\n').filter(line => line !== '');
}

/** A source that cannot be fetched from is taken out again: it would break every later use of apt. */
function withUpdate(file: Target, source: string, p: Parameters): Target {
  return {
    ...file,
    apply: async host => {
      await file.apply(host);
      if (!p.update_cache) return;
      try {
        await updateLists(host, {
          retries: Math.max(1, p.update_cache_retries),
          longestDelay: p.update_cache_retry_max_delay,
          lockTimeout: 60,
          allowUnauthenticated: false,
        });
      } catch (error) {
        if (p.state === 'present') await removeAgain(host, source, named(p).path);
        throw error;
      }
    },
    foresee: memory => {
      file.foresee(memory);
      memory.clouded(`the packages of ${source} are not known yet`);
    },
  };
}

async function removeAgain(host: Writer, source: string, path: string): Promise<void> {
  await host.must(sh`grep -v -x -F -- ${source} ${path} > ${`${path}.tsible`}
if [ -s ${`${path}.tsible`} ]; then chmod ${`--reference=${path}`} ${`${path}.tsible`} 2>/dev/null; mv -f ${`${path}.tsible`} ${path}
else rm -f ${`${path}.tsible`} ${path}; fi`);
}
