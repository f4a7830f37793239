import { hostname, userInfo } from 'node:os';
import { resolve } from 'node:path';

export interface TemplateFile {
  /** As the task or the lookup names it. */
  readonly name: string;
  readonly path: string;
  readonly modified: Date;
  /** Where it is rendered to, if it is to a file. */
  readonly destination?: string;
}

/** What a template file knows of itself besides the variables of its task. */
export function templateVariables(file: TemplateFile): Map<string, string | null> {
  return new Map<string, string | null>([
    ['template_host', hostname()],
    ['template_uid', userInfo().username],
    ['template_path', file.name],
    ['template_fullpath', resolve(file.path)],
    ['template_mtime', dateText(file.modified)],
    ['template_run_date', dateText(new Date())],
    ['template_destpath', file.destination ?? null],
  ]);
}

/** As Python prints a date and time, in the controller's time zone. */
function dateText(date: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const milliseconds = date.getMilliseconds();
  return `${day} ${time}${milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}000`}`;
}
