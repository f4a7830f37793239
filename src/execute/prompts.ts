import { UserError } from '../core/error.ts';
import type { VarsPrompt } from '../core/play.ts';
import { Secret } from '../core/secret.ts';
import type { Raw } from '../core/value.ts';
import type { Templar } from '../template/types.ts';
import type { RunParts } from './run.ts';

export interface Question {
  readonly text: string;
  /** As it is shown behind the question; stars for a secret. */
  readonly usual: string | undefined;
}

export function questionOf(
  { prompt, default: usual }: VarsPrompt,
  templar: Pick<Templar, 'render'>,
): Question {
  const shown = (raw: Raw): string => String(templar.render(raw));
  return { text: shown(prompt), usual: usual === undefined ? undefined : shown(usual) };
}

/** Asks for a variable of `vars_prompt`; what is typed unseen is a secret. */
export async function answerPrompt(
  prompt: VarsPrompt,
  { text, usual }: Question,
  { ask }: Pick<RunParts, 'ask'>,
): Promise<Raw> {
  if (prompt.encrypt !== undefined) {
    throw new UserError('vars_prompt cannot encrypt what was typed', {
      position: prompt.position,
      hint: `use the filter where it is needed: {{ ${prompt.name} | password_hash('${prompt.encrypt}') }}`,
    });
  }
  const shown = usual === undefined ? text : `${text} [${usual}]`;
  for (;;) {
    const answer = await ask(`${shown}: `, !prompt.private);
    if (answer === undefined) {
      if (prompt.default !== undefined) return prompt.default;
      throw new UserError(`there is nobody to ask for "${prompt.name}", and it has no default`, {
        position: prompt.position,
        hint: `give it on the command line: -e ${prompt.name}=…`,
      });
    }
    if (prompt.confirm && (await ask(`confirm ${text}: `, !prompt.private)) !== answer) continue;
    if (answer === '' && prompt.default !== undefined) return prompt.default;
    return prompt.private ? new Secret(answer) : answer;
  }
}
