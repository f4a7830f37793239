/** Text that ends within quotes, or behind a lone backslash. */
export class UnclosedQuote extends Error {
  override readonly name = 'UnclosedQuote';
}

export interface Word {
  readonly text: string;
  /** Offsets in the text that was split; `end` is behind the last character. */
  readonly start: number;
  readonly end: number;
}

/**
 * Words of a command line as a POSIX shell splits them: quotes and backslashes, no expansion. Throws
 * UnclosedQuote.
 */
export function splitWords(text: string): string[] {
  return wordsOf(text).map(word => word.text);
}

/** The words of a shell's text as far as it can be told: none where its quotes do not come in pairs. */
export function wordsIn(text: string): Word[] {
  try {
    return wordsOf(text);
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    return [];
  }
}

/** The words with their places. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let word: { text: string; start: number } | undefined;
  const end = (at: number) => {
    if (word) words.push({ ...word, end: at });
    word = undefined;
  };
  const pattern = /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)|([ \t\r\n]+)|([^ \t\r\n'"\\]+)|(.)/gs;
  for (const match of text.matchAll(pattern)) {
    const [, single, double, escaped, space, bare, stray] = match;
    if (space !== undefined) {
      end(match.index);
    } else if (stray !== undefined) {
      throw new UnclosedQuote(stray === '\\' ? 'nothing follows the backslash' : `no closing ${stray}`);
    } else {
      word ??= { text: '', start: match.index };
      word.text += single ?? double?.replace(/\\(["\\])/g, '$1') ?? escaped ?? bare ?? '';
    }
  }
  end(text.length);
  return words;
}
