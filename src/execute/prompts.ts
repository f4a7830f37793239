import { UserError } from '../core/error.ts';
import type { VarsPrompt } from '../core/play.ts';
import { Secret } from '../core/secret.ts';
import { type Raw, TemplateText } from '../core/value.ts';
import type { RunParts } from './run.ts';

/** Asks for a variable of `vars_prompt`; what is typed unseen is a secret. */
export async function answerPrompt(prompt: VarsPrompt, { ask }: Pick<RunParts, 'ask'>): Promise<Raw> {
  if (prompt.encrypt !== undefined) {
    throw new UserError('vars_prompt cannot encrypt what was typed', {
      position: prompt.position,
      hint: `use the filter where it is needed: {{ ${prompt.name} | password_hash('${prompt.encrypt}') }}`,
    });
  }
  const text = prompt.prompt instanceof TemplateText ? prompt.prompt.text : prompt.prompt;
  const shown = prompt.default === undefined ? text : `${text} [${String(prompt.default)}]`;
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
