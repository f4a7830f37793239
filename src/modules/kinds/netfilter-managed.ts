import { randomBytes } from 'node:crypto';
import { sh, userShell } from '../../core/shell.ts';
import { Failure } from '../failure.ts';
import type { Writer } from '../host/access.ts';
import type { Difference, Kind } from '../kind.ts';
import { type Family, programs, type TableName } from '../netfilter/family.ts';
import { inOrder } from '../netfilter/merge.ts';
import { parseFile, renderFile, rulesFile } from '../netfilter/rule-file.ts';
import { parseTable, type Table, tableDifferences, tableText } from '../netfilter/table.ts';
import { type LiveTable, liveTable, restore } from './netfilter.ts';

export interface ManagedId {
  readonly family: Family;
  readonly name: TableName;
  /** Keep a copy of the file that is replaced. */
  readonly backup?: boolean;
}

export interface RuleFiles {
  /** null: there is none. */
  readonly file: string | null;
  /** Left by a run that was cut short: its rules may be live. */
  readonly pending: string | null;
}

/** The file that holds a table's sets. Never a target by itself. */
export const ruleFiles: Kind<ManagedId, RuleFiles> = {
  name: 'netfilter rule files',
  key: ({ family, name }) => `${family} ${name}`,
  async read(host, { family, name }) {
    const path = rulesFile(family, name);
    const marker = randomBytes(16).toString('hex');
    const text = await host.text(
      sh`cat ${path} 2>/dev/null; printf %s ${marker}; cat ${`${path}.new`} 2>/dev/null; :`,
    );
    const [file, pending] = text.split(marker);
    return { file: file || null, pending: pending || null };
  },
  compare: () => [],
  apply: () => Promise.reject(new Error('the files change together with their table')),
};

export interface ManagedTable {
  readonly live: LiveTable;
  readonly files: RuleFiles;
}

/** A table all of whose rules are known: what is live and what is restored at boot are one thing. */
export const managedTable: Kind<ManagedId, ManagedTable> = {
  name: 'managed netfilter table',
  key: ({ family, name }) => `${family} ${name}`,
  read: async (host, id) => ({
    live: await host.look(liveTable, id),
    files: await host.look(ruleFiles, id),
  }),
  compare(id, before, after) {
    const path = rulesFile(id.family, id.name);
    const header = `${programs(id.family).command} ${id.name}`;
    const differences: Difference[] = tableDifferences(before.live.table, after.live.table, header);
    if (before.files.file !== after.files.file) {
      differences.push({ type: 'text', header: path, before: before.files.file, after: after.files.file });
    }
    return differences;
  },
  async apply(host, id, before, after) {
    const path = rulesFile(id.family, id.name);
    const changes = tableText(before.live.table) !== tableText(after.live.table);
    if (changes) await host.must(restore(id, sh`--test`), { stdin: tableText(after.live.table) });
    await writePending(host, path, after.files.file);
    let { file } = after.files;
    const trial = watched(id) + randomBytes(8).toString('hex');
    if (changes) {
      const now = await load(host, id, after.live.table, trial);
      file = asPrinted(id, file, after.live.table, now);
      if (file !== after.files.file) await writePending(host, path, file);
      // A round trip of its own: that it arrives in time shows that the new rules have not locked us out.
      await confirm(host, trial, `${path}.new`);
    }
    const backup =
      id.backup && before.files.file !== null ? sh`cp -p ${path} ${path}.$(date +%Y%m%d-%H%M%S)~ &&` : sh``;
    const settle = file === null ? sh`rm -f ${path} ${`${path}.new`}` : sh`mv -f ${`${path}.new`} ${path}`;
    // Trials of runs that were cut short must not take back what holds from now on.
    await host.must(sh`rm -f ${userShell(watched(id))}*; ${backup} ${settle}`);
  },
  async rehearse(host, id, _before, after) {
    await host.must(restore(id, sh`--test`), { stdin: tableText(after.live.table) });
  },
  foresee(memory, id, _before, after) {
    memory.expect(ruleFiles, id, after.files);
    memory.expect(liveTable, id, after.live);
  },
};

async function writePending(host: Writer, path: string, text: string | null): Promise<void> {
  const folder = path.slice(0, path.lastIndexOf('/'));
  await host.must(sh`umask 022; mkdir -p ${folder} && umask 077 && cat >${`${path}.new`}`, {
    stdin: text ?? '# no sets\n',
  });
}

/**
 * Seconds after which rules are taken back unless their sender has been heard of again: more than a slow link
 * needs, and so few that the connection is still there when the old rules are back.
 */
const GRACE = 8;

/** A file that is there as long as new rules are on trial. */
function watched({ family, name }: ManagedId): string {
  return `/run/tsible-netfilter-${family}-${name}.`;
}

/** Loads the table, on trial; the answer is what the host makes of it. */
async function load(host: Writer, id: ManagedId, table: Table, trial: string): Promise<Table> {
  const { save } = programs(id.family);
  const { stdout } = await host.must(
    sh`rules=$(cat) && old=$(${save} -t ${id.name}) || exit
: >${trial} || exit
(
  trap '' HUP
  n=0
  while [ "$n" -lt ${GRACE} ] && [ -e ${trial} ]; do sleep 1; n=$((n + 1)); done
  if [ -e ${trial} ]; then rm -f ${trial}; printf '%s\n' "$old" | ${restore(id, sh``)}; fi
) </dev/null >/dev/null 2>&1 &
printf '%s\n' "$rules" | ${restore(id, sh``)} || { status=$?; rm -f ${trial} ${`${rulesFile(id.family, id.name)}.new`}; exit $status; }
${save} -t ${id.name}`,
    { stdin: tableText(table) },
  );
  return parseTable(id.family, id.name, stdout.toString('utf8'));
}

/** Ends the trial; throws Failure when it has ended by itself, and the old rules are back. */
async function confirm(host: Writer, trial: string, pending: string): Promise<void> {
  const { status } = await host.ask(sh`rm ${trial} 2>/dev/null || { rm -f ${pending}; exit 1; }`);
  if (status === 0) return;
  throw new Failure(
    `with the new rules the host could not be reached; the old ones are back since ${GRACE} s had passed`,
    {},
    'allow the port that ssh uses, and established connections, before dropping everything else',
  );
}

/**
 * The file with the rules as the host prints them, where that could not be known before. Chains keep their
 * order, so a rule's place tells which one it is.
 */
function asPrinted(id: ManagedId, file: string | null, wanted: Table, now: Table): string | null {
  const printed = new Map<string, string>();
  for (const [name, { rules }] of wanted.chains) {
    const there = now.chains.get(name)?.rules ?? [];
    if (there.length !== rules.length) return file;
    rules.forEach((rule, index) => {
      printed.set(`-A ${name} ${rule}`.trimEnd(), `-A ${name} ${there[index]}`.trimEnd());
    });
  }
  const sets = parseFile(file).map(set => ({
    ...set,
    spelt: set.spelt.map(line => printed.get(line) ?? line),
  }));
  return renderFile(id.family, id.name, inOrder(sets));
}
