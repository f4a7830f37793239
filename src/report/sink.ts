/** Where a report's text goes: standard output, or a text in memory. */
export interface Sink {
  write(text: string): void;
  /** Characters in a line of the terminal; undefined when it is not one. Asked anew for every line. */
  readonly columns: number | undefined;
}

/** Turns events into output; the events of one run, in order. */
export interface Report {
  on(event: import('../core/event.ts').Event): void;
  /** Leaves the terminal tidy. Also after an interrupted run. */
  close(): void;
}
