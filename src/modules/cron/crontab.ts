/** A crontab's text as lines, edited the way that Ansible's module edits it: a comment names each job. */

export const MARK = '#Ansible: ';

export interface CronEdit {
  /** undefined: nothing changes. */
  readonly text?: string;
}

/** The table with the job under its name; one that stands there without a name is given it. */
export function withJob(text: string, name: string, job: string): CronEdit {
  const lines = splitLines(text);
  const known = findJob(lines, name);
  if (known === job) return finished(text);
  if (known !== undefined) return { text: render(replaceJob(lines, name, job)) };
  for (const [i, line] of lines.entries()) {
    if (line !== job) continue;
    const above = lines[i - 1];
    if (!above?.startsWith(MARK)) return { text: render(lines.toSpliced(i, 0, MARK + name)) };
    if (name !== '' && above === `${MARK}None`) return { text: render(lines.with(i - 1, MARK + name)) };
  }
  return { text: render([...lines, MARK + name, job]) };
}

export function withoutJob(text: string, name: string): CronEdit {
  const lines = splitLines(text);
  if (findJob(lines, name) === undefined) return finished(text);
  return { text: render(replaceJob(lines, name, null)) };
}

export interface VariablePlace {
  /** The variable behind or before which a new one goes; the top if neither is given. */
  readonly insertafter?: string | undefined;
  readonly insertbefore?: string | undefined;
}

/** The table with a variable set; null: the variable beside which it should go is not there. */
export function withVariable(
  text: string,
  name: string,
  value: string,
  place: VariablePlace,
): CronEdit | null {
  const lines = splitLines(text);
  const line = `${name}="${value}"`;
  const at = findVariable(lines, name);
  if (at >= 0) {
    if (lines[at] === line) return finished(text);
    return { text: render(lines.map(each => (each.startsWith(`${name}=`) ? line : each))) };
  }
  const beside = place.insertafter ?? place.insertbefore;
  if (beside === undefined) return { text: render([line, ...lines]) };
  const other = findVariable(lines, beside);
  if (other < 0) return null;
  return { text: render(lines.toSpliced(place.insertafter === undefined ? other : other + 1, 0, line)) };
}

export function withoutVariable(text: string, name: string): CronEdit {
  const lines = splitLines(text);
  if (findVariable(lines, name) < 0) return finished(text);
  return { text: render(lines.filter(line => !line.startsWith(`${name}=`))) };
}

/** Names of all jobs that have one. */
export function jobNames(text: string): string[] {
  return splitLines(text).flatMap(line => (line.startsWith(MARK) ? [line.replaceAll(MARK, '')] : []));
}

export function variableNames(text: string): string[] {
  return splitLines(text).flatMap(line => (/^\S+=/.test(line) ? [line.split('=', 1)[0]!] : []));
}

/** Cron ignores a last line without an end. */
function finished(text: string): CronEdit {
  return text === '' || /[\r\n]$/.test(text) ? {} : { text: render(splitLines(text)) };
}

function findJob(lines: readonly string[], name: string): string | undefined {
  let mark: string | undefined;
  for (const line of lines) {
    if (mark === name) return line;
    mark = mark === undefined && line.startsWith(MARK) ? line.replaceAll(MARK, '') : undefined;
  }
  return undefined;
}

function replaceJob(lines: readonly string[], name: string, job: string | null): string[] {
  const result: string[] = [];
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] !== MARK + name) {
      result.push(lines[i]!);
    } else {
      // The line behind the mark goes with it.
      i++;
      if (job !== null && i < lines.length) result.push(MARK + name, job);
    }
  }
  return result;
}

function findVariable(lines: readonly string[], name: string): number {
  return lines.findIndex(line => line.startsWith(`${name}=`));
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function render(lines: readonly string[]): string {
  const text = lines.join('\n');
  return text === '' ? '' : `${text.replace(/[\r\n]+$/, '')}\n`;
}
