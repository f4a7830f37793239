import { UserError } from '../../core/error.ts';
import { revealed } from '../../core/secret.ts';
import { TemplateText, type Value } from '../../core/value.ts';
import { mutuallyExclusive, t } from '../../modules/parameters.ts';
import { done, skipped } from '../result.ts';
import { action } from './action.ts';

/** Shows a text, or a variable with its value. */
export const debug = action({
  names: ['debug', 'ansible.builtin.debug'],
  summary: 'Print a message or a variable',
  parameters: {
    msg: t.raw({ doc: 'What to print; any type.' }),
    var: t.raw({ doc: 'A variable or expression, printed with its name.' }),
    verbosity: t.int({ default: 0, doc: 'Print only at this verbosity or above.' }),
  },
  constraints: [mutuallyExclusive('msg', 'var')],
  asLoaded: ['var'],
  run({ msg, verbosity }, { raw, templar, play }) {
    if (verbosity > play.run.options.verbosity) return skipped('Verbosity threshold not met.');
    const named = raw.get('var');
    if (named === undefined || named === null) {
      const text = msg === undefined ? 'Hello world!' : msg;
      return done('ok', { msg: text }, { show: text });
    }
    const written = revealed(named);
    const expression = written instanceof TemplateText ? written : String(written);
    const value = valueOrFault(() => templar.evaluate(expression, play.positionIn(raw, 'var')));
    const name = expression instanceof TemplateText ? expression.text : expression;
    return done('ok', { [name]: value }, { show: new Map([[name, value]]) });
  },
});

/** To look at a variable that is not there is no fault: that is what one wanted to know. */
function valueOrFault(evaluate: () => Value): Value {
  try {
    return evaluate();
  } catch (error) {
    if (error instanceof UserError && /is undefined/.test(error.message))
      return `<< error 1 - ${error.message.replace(/, in ".*"$/s, '')} >>`;
    throw error;
  }
}
