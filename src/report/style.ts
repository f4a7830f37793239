/** What a piece of text is, as far as its looks go. */
export type Style =
  | 'plain'
  | 'heading'
  | 'quiet'
  | 'ok'
  | 'changed'
  | 'failed'
  | 'unreachable'
  | 'skipped'
  | 'unknown'
  | 'warning'
  | 'added'
  | 'removed'
  | 'hunk';

const CODES: Readonly<Record<Style, string>> = {
  plain: '',
  heading: '1',
  quiet: '2',
  ok: '32',
  changed: '33',
  failed: '31',
  unreachable: '1;31',
  skipped: '36',
  unknown: '35',
  warning: '1;35',
  added: '32',
  removed: '31',
  hunk: '36',
};

export function paint(text: string, style: Style): string {
  const code = CODES[style];
  return code === '' || text === '' ? text : `\x1b[${code}m${text}\x1b[0m`;
}

/** Whether colours are wanted, by the conventions that programs share and by Ansible's own variables. */
export function wantsColour(
  environment: Readonly<Record<string, string | undefined>>,
  terminal: boolean,
): boolean {
  const said = (name: string) => (environment[name] ?? '') !== '';
  const isTrue = (name: string) => said(name) && !/^(0|no|off|false|n|f)$/i.test(environment[name]!);
  if (said('NO_COLOR') || isTrue('ANSIBLE_NOCOLOR')) return false;
  if (isTrue('ANSIBLE_FORCE_COLOR') || isTrue('FORCE_COLOR') || isTrue('CLICOLOR_FORCE')) return true;
  return terminal && environment.TERM !== 'dumb';
}
