import { expect, it } from 'vitest';
import { TemplateText } from '../../src/core/value.ts';
import { yesOrNo } from '../../src/execute/yes-or-no.ts';
import { templarWith } from '../template/surroundings.ts';

const warnings: string[] = [];
const templar = templarWith({ word: 'no', flag: true }, { warn: message => warnings.push(message) });

it.each([
  [true, true],
  [false, false],
  [null, false],
  ['yes', true],
  ['No', false],
  ['on', true],
  ['1', true],
  ['', false],
  ['flag', true],
  ['not flag', false],
  [new TemplateText('{{ word }}', undefined), false],
  [new TemplateText('{{ flag }}', undefined), true],
  [new TemplateText('{{ 1 - 1 }}', undefined), false],
])('%s is %s', (raw, expected) => {
  expect(yesOrNo(templar, raw)).toBe(expected);
  expect(warnings).toEqual([]);
});
