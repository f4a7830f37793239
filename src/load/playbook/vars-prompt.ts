import { didYouMean, UserError } from '../../core/error.ts';
import type { VarsPrompt } from '../../core/play.ts';
import { positionOf } from '../../core/position.ts';
import { isDict, type RawDict, typeName } from '../../core/value.ts';
import { keyPosition } from '../yaml/key-places.ts';
import { get, identifier, itemList, plainText, text, yesNo } from './attributes.ts';
import { placeOf, present } from './directives.ts';

const WORDS = 'name prompt default private confirm encrypt salt salt_size unsafe'.split(' ');

/** `vars_prompt:` of a play. */
export function readPrompts(data: RawDict): VarsPrompt[] {
  const list = itemList(data, 'vars_prompt');
  return list.map((item, i) => {
    if (!isDict(item)) {
      throw new UserError(`an entry of vars_prompt must be a mapping, not ${typeName(item)}`, {
        position: positionOf(list, i),
        hint: 'write "- name: variable" and "prompt: question" below it',
      });
    }
    return readPrompt(item as RawDict);
  });
}

function readPrompt(data: RawDict): VarsPrompt {
  for (const key of data.keys()) {
    if (WORDS.includes(String(key))) continue;
    throw new UserError(`"${String(key)}" is no keyword of vars_prompt`, {
      position: keyPosition(data, key),
      hint: didYouMean(String(key), WORDS),
    });
  }
  const name = identifier(data, 'name');
  if (name === undefined) {
    throw new UserError('this entry of vars_prompt has no name', { position: placeOf(data) });
  }
  return present({
    position: placeOf(data),
    name,
    prompt: text(data, 'prompt') ?? name,
    default: get(data, 'default'),
    // Unseen unless said otherwise, as in Ansible.
    private: yesNo(data, 'private') !== false,
    confirm: yesNo(data, 'confirm') === true,
    encrypt: plainText(data, 'encrypt'),
  });
}
