import { Script } from 'node:vm';

/** How long a pattern may look for its matches, in milliseconds. */
export const PATIENCE = { milliseconds: 2000 };

/** A pattern took too long: it tries too many ways of matching one text. */
export class PatternTooSlow extends Error {
  override readonly name = 'PatternTooSlow';
}

/**
 * Runs what matches a user's pattern against a text. Patterns such as `(a+)+$` take time that doubles with each
 * character; those that can are stopped after two seconds. That takes a thread for each run, so that patterns
 * and texts that cannot take long are matched directly.
 */
export function matchPatiently<T>(pattern: RegExp, text: string, match: () => T): T {
  if (!mayTakeLong(pattern.source, text.length)) return match();
  let result: { value: T } | undefined;
  waiting = () => {
    result = { value: match() };
  };
  try {
    runWaiting.runInThisContext({ timeout: PATIENCE.milliseconds });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT')
      throw new PatternTooSlow(
        `the pattern takes too long to match (more than ${PATIENCE.milliseconds / 1000} seconds)`,
      );
    throw error;
  }
  return result!.value;
}

/** What the script runs: only scripts can be given a time limit. */
let waiting: () => void = () => {};
const NAME = Symbol.for('tsible.waiting');
Object.defineProperty(globalThis, NAME, { value: () => waiting() });
const runWaiting = new Script("globalThis[Symbol.for('tsible.waiting')]()");

/** About as many steps as end in a few milliseconds. */
const QUICK = 2e6;

/** From the worst that a pattern with so many repetitions does with a text of this length. */
export function mayTakeLong(source: string, length: number): boolean {
  const { repetitions, options, inGroups } = repetitionsOf(source);
  return (inGroups && length >= 16) || length ** (repetitions + 1) * 2 ** Math.min(options, length) > QUICK;
}

function repetitionsOf(source: string): { repetitions: number; options: number; inGroups: boolean } {
  let repetitions = 0;
  let options = 0;
  let inGroups = /\\[1-9k]/.test(source);
  let inClass = false;
  for (let i = 0; i < source.length; i++) {
    const character = source[i]!;
    if (character === '\\') i++;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '*' || character === '+' || character === '{' || character === '?') {
      // What follows a quantifier only makes it lazy; what follows `(` says what kind of group it is.
      const before = source[i - 1];
      if (before === '(' || (i > 1 && /[*+?}]/.test(before!) && source[i - 2] !== '\\')) continue;
      if (character === '?') options++;
      else repetitions++;
      if (before === ')' && source[i - 2] !== '\\' && character !== '?') inGroups = true;
    }
  }
  return { repetitions, options, inGroups };
}
