import { UserError } from '../../core/error.ts';
import { textOfBytes } from '../../core/escaped-bytes.ts';
import { ask } from '../prompt.ts';
import { readWhole, STDIO } from './files.ts';

/** Asks for a value at the terminal; twice where what is typed is not shown. */
export async function askForValue(question: string, shown: boolean): Promise<string> {
  const first = await ask(`${question}: `, shown);
  if (!shown && (await ask(`Confirm ${question[0]!.toLowerCase()}${question.slice(1)}: `, false)) !== first) {
    throw new UserError('the two are not the same');
  }
  return checked(first);
}

/** A value from a pipe. One line is a value, and its line break is not part of it; of a key file it is. */
export async function pipedValue(): Promise<string> {
  const text = await pipedText();
  const line = /^([^\n]*?)\r?\n$/.exec(text);
  return line ? line[1]! : text;
}

/** Standard input as it is. Throws UserError when it is no text. */
export async function pipedText(): Promise<string> {
  return checked(textOfBytes(await readWhole(STDIO)));
}

/** Values of variables are text, for Ansible as well. */
function checked(value: string): string {
  if (!/\p{Cs}/u.test(value)) return value;
  throw new UserError('the value on standard input is not UTF-8 text', {
    hint: 'binary content goes into a file of its own: tsible vault encrypt --output FILE',
  });
}
