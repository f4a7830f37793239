import { matchPatiently, PatternTooSlow } from '../core/patience.ts';
import { asByteText, type PythonFlags, pythonRegex, RegexError } from '../core/python-regex.ts';
import { ParameterFailure } from './failure.ts';

/** A regular expression as Python has them, given by a parameter; faults of it point there. */
export class ParameterPattern {
  readonly #regex: RegExp;

  constructor(
    private readonly parameter: string,
    text: string,
    flags: PythonFlags,
  ) {
    const pattern = flags.bytes ? asByteText(text) : text;
    this.#regex = inParameter(parameter, () => pythonRegex(pattern, flags));
  }

  exec(text: string): RegExpExecArray | null {
    return this.match(text, regex => regex.exec(text));
  }

  test(text: string): boolean {
    return this.exec(text) !== null;
  }

  /** For `how` to look for the pattern in one line after the other. */
  inEach<T>(lines: readonly string[], how: (find: (line: string) => RegExpExecArray | null) => T): T {
    // Lines that end quickly one by one may be many: the longest says whether any may take long.
    const longest = lines.reduce((one, other) => (other.length > one.length ? other : one), '');
    return this.match(longest, regex =>
      how(line => {
        regex.lastIndex = 0;
        return regex.exec(line);
      }),
    );
  }

  /** Matches as `how` does, unless that takes too long for a text such as this. */
  match<T>(text: string, how: (regex: RegExp) => T): T {
    this.#regex.lastIndex = 0;
    try {
      return matchPatiently(this.#regex, text, () => how(this.#regex));
    } catch (error) {
      if (!(error instanceof PatternTooSlow)) throw error;
      throw new ParameterFailure(
        this.parameter,
        error.message,
        'a repetition of what is repeated itself, as in (a+)+, is slow',
      );
    }
  }
}

/** Faults of patterns and replacements, which a parameter gave. */
export function inParameter<T>(parameter: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RegexError) throw new ParameterFailure(parameter, error.message);
    throw error;
  }
}
