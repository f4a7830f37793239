import { expect, it } from 'vitest';
import { positionAt, Source } from '../../src/core/position.ts';
import { Secret } from '../../src/core/secret.ts';
import { TemplateText } from '../../src/core/value.ts';
import { answerPrompt, questionOf } from '../../src/execute/prompts.ts';
import { templarWith } from '../template/surroundings.ts';

const template = (text: string) => new TemplateText(text, undefined);
const templar = templarWith({ where: 'prod', password: new Secret('Prompted-For-6601') });
const prompt = {
  position: positionAt(new Source('play.yml', ''), 0),
  name: 'answer',
  prompt: 'what',
  private: false,
  confirm: false,
};

it.each([
  ['text', prompt, 'what: '],
  ['a default', { ...prompt, default: 12 }, 'what [12]: '],
  [
    'templates',
    { ...prompt, prompt: template('for {{ where }}'), default: template('{{ where }}') },
    'for prod [prod]: ',
  ],
  [
    'secrets',
    { ...prompt, prompt: template('not {{ password }}'), default: template('{{ password }}') },
    '******** [********]: ',
  ],
])('a question with %s is shown as people are to read it', async (_title, asked, shown) => {
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return '';
  };
  const answer = await answerPrompt(asked, questionOf(asked, templar), { ask });
  expect(questions).toEqual([shown]);
  expect(answer).toBe('default' in asked ? asked.default : '');
});
