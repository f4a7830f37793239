import { isList, type Raw, TemplateText } from '../../core/value.ts';
import { t } from '../../modules/parameters.ts';
import { done } from '../result.ts';
import { action } from './action.ts';

const REQUESTED = 'Failed as requested from task';

export const fail = action({
  names: ['fail', 'ansible.builtin.fail'],
  summary: 'Fail with a message',
  parameters: { msg: t.raw({ default: REQUESTED }) },
  run: ({ msg }) =>
    done('failed', { msg }, { message: typeof msg === 'string' ? msg : REQUESTED, show: msg }),
});

export const assert = action({
  names: ['assert', 'ansible.builtin.assert'],
  summary: 'Fail unless all conditions hold',
  parameters: {
    that: t.raw({ required: true, doc: 'An expression, or a list of them.' }),
    fail_msg: t.raw({
      aliases: ['msg'],
      doc: 'Text, or a list of texts, shown when a condition does not hold.',
    }),
    success_msg: t.raw({ doc: 'Shown when all hold.' }),
    quiet: t.bool({ default: false }),
  },
  asLoaded: ['that'],
  run({ fail_msg, success_msg, quiet }, { raw, templar, play }) {
    const that = raw.get('that') ?? null;
    const conditions: readonly Raw[] = isList(that) ? that : [that];
    for (const condition of conditions) {
      if (templar.holds(condition, play.positionIn(raw, 'that'))) continue;
      const assertion = condition instanceof TemplateText ? condition.text : condition;
      const message = fail_msg ?? 'Assertion failed';
      return done(
        'failed',
        { evaluated_to: false, assertion, msg: message },
        {
          message: typeof message === 'string' ? `${message}: ${String(assertion)}` : String(assertion),
          show: message,
        },
      );
    }
    const message = success_msg ?? 'All assertions passed';
    return done('ok', { msg: message }, quiet ? {} : { show: message });
  },
});

export const setStats = action({
  names: ['set_stats', 'ansible.builtin.set_stats'],
  summary: 'Set values that are shown with the recap',
  parameters: {
    data: t.dict({ required: true }),
    per_host: t.bool({ default: false }),
    aggregate: t.bool({ default: true }),
  },
  run: ({ data }) => done('ok', { ansible_stats: { data } }, { show: new Map(data) }),
});

export const pause = action({
  names: ['pause', 'ansible.builtin.pause'],
  summary: 'Wait for a time, or for somebody to press return',
  parameters: {
    seconds: t.int(),
    minutes: t.int(),
    prompt: t.str(),
    echo: t.bool({ default: true }),
  },
  onceForAll: true,
  async run({ seconds, minutes, prompt, echo }, { play, check }) {
    const begin = Date.now();
    let input = '';
    // One host's pause is everybody's: the play asks or waits once.
    if (seconds !== undefined || minutes !== undefined) {
      if (!check) await play.wait(((seconds ?? 0) + (minutes ?? 0) * 60) * 1000);
    } else if (!check) {
      input = (await play.run.ask(prompt ?? 'Press enter to continue, Ctrl+C to interrupt', echo)) ?? '';
    }
    const delta = Math.round((Date.now() - begin) / 1000);
    return done('ok', { user_input: input, delta, stdout: `Paused for ${delta} seconds`, echo });
  },
});
