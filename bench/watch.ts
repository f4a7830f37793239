/** The name of the last task in fifty.yml. */
const LAST_TASK = 'What it said';

/** When which host came to its last task, from the events of a run. */
export class Watch {
  /** Seconds since the start. */
  readonly done = new Map<string, number>();
  unreachable: { host: string; seconds: number } | undefined;

  see(line: string, seconds: number): void {
    const event = JSON.parse(line) as { type: string; host: string; status: string; task: { name: string } };
    if (event.type !== 'result') return;
    if (event.status === 'unreachable') this.unreachable = { host: event.host, seconds };
    else if (event.status === 'ok' && event.task.name === LAST_TASK) this.done.set(event.host, seconds);
  }
}
