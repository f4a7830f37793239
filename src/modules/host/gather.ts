import type { Reader } from './access.ts';

/**
 * Makes single questions of one kind travel together: all that are asked of a host in one turn of the event
 * loop are answered by one call of `answerAll`, with answers in the order of the questions.
 */
export function gathered<Question, Answer>(
  answerAll: (host: Reader, questions: readonly Question[]) => Promise<readonly (Answer | Error)[]>,
  most = 200,
): (host: Reader, question: Question) => Promise<Answer> {
  const open = new WeakMap<Reader, Pending<Question, Answer>[]>();
  return (host, question) =>
    new Promise((resolve, reject) => {
      let pending = open.get(host);
      if (!pending) {
        pending = [];
        open.set(host, pending);
        // Not a microtask: questions that follow from answers already remembered still belong to this turn.
        setImmediate(() => {
          const all = open.get(host)!;
          open.delete(host);
          for (let i = 0; i < all.length; i += most) void settle(host, all.slice(i, i + most), answerAll);
        });
      }
      pending.push({ question, resolve, reject });
    });
}

interface Pending<Question, Answer> {
  readonly question: Question;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

async function settle<Question, Answer>(
  host: Reader,
  pending: readonly Pending<Question, Answer>[],
  answerAll: (host: Reader, questions: readonly Question[]) => Promise<readonly (Answer | Error)[]>,
): Promise<void> {
  try {
    const answers = await answerAll(
      host,
      pending.map(({ question }) => question),
    );
    pending.forEach(({ resolve, reject }, i) => {
      const answer = answers[i];
      if (answer instanceof Error) reject(answer);
      else resolve(answer as Answer);
    });
  } catch (error) {
    for (const { reject } of pending) reject(error);
  }
}
