import { t } from '../parameters.ts';

export const stdinParameters = {
  stdin: t.str({ doc: 'What the command reads.' }),
  stdin_add_newline: t.bool({ default: true, doc: 'End it with a newline.' }),
};

export function standardInput(p: {
  readonly stdin: string | undefined;
  readonly stdin_add_newline: boolean;
}): string | undefined {
  return p.stdin === undefined || !p.stdin_add_newline ? p.stdin : `${p.stdin}\n`;
}
