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

/** A failure for which one parameter is to blame: shown with its place. */
export class ParameterFailure extends Failure {
  constructor(
    readonly parameter: string,
    message: string,
    hint?: string,
  ) {
    super(message, {}, hint);
  }
}
