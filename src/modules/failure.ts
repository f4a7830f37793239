/** The task failed on this host: shown with its message; `data` joins the registered result. */
export class Failure extends Error {
  override readonly name = 'Failure';
  constructor(
    message: string,
    readonly data: Readonly<Record<string, unknown>> = {},
    readonly hint?: string,
  ) {
    super(message);
  }
}
