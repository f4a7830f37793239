import type { TemplateText } from '../../core/value.ts';

/**
 * Something wrong inside a template, before it is known which file the template stands in. Line and column
 * count from 0 in the template's own text; `Templar` turns a fault into a UserError with a place.
 */
export class Fault extends Error {
  override readonly name: string = 'Fault';
  lineno: number | undefined;
  colno: number | undefined;
  /** The statement or expression it happened in, as written. */
  expression: string | undefined;
  /** The template that line and column are of, where that is another one than the one being rendered. */
  template: TemplateText | undefined;

  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }

  at(lineno: number, colno: number): this {
    if (this.lineno === undefined) {
      this.lineno = lineno;
      this.colno = colno;
    }
    return this;
  }
}

/** The template's text is not Jinja2. */
export class SyntaxFault extends Fault {
  override readonly name = 'SyntaxFault';
}

/** A template that does not end, or makes something too large: it is stopped, whatever it does with what it got. */
export class LimitFault extends Fault {
  override readonly name = 'LimitFault';
}

/** Use of a variable or attribute that does not exist; the only fault that `default` and `is defined` catch. */
export class UndefinedFault extends Fault {
  override readonly name = 'UndefinedFault';
}
