import { didYouMean, UserError } from '../core/error.ts';
import { knownOptions, noOptions, type SshOptions, setOption } from './ssh-options.ts';

export interface SshArgs {
  readonly options: SshOptions;
  /** `-F`: read instead of the user's configuration; "none" for none at all. */
  readonly configFile: string | undefined;
}

/**
 * Understands the words of ansible_ssh_common_args and ansible_ssh_extra_args as ssh would.
 * Throws a UserError that names the option it does not know.
 */
export function parseSshArgs(args: readonly string[]): SshArgs {
  const options = noOptions();
  let configFile: string | undefined;
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!/^-./.test(word)) throw new UserError(`ssh arguments: unexpected "${word}"`, { hint: HINT });
    // Letters without a value may stand together: -Cq.
    for (let flags = word.slice(1); flags !== ''; flags = flags.slice(1)) {
      const letter = flags[0]!;
      if (WITHOUT_VALUE[letter] !== undefined) {
        WITHOUT_VALUE[letter](options);
        continue;
      }
      const keyword = WITH_VALUE[letter];
      if (keyword === undefined)
        throw new UserError(`ssh arguments: unknown option -${letter}`, { hint: HINT });
      const value = flags.length > 1 ? flags.slice(1) : rest.shift();
      if (value === undefined) throw new UserError(`ssh arguments: -${letter} needs a value`);
      if (letter === 'o') keyValue(options, value);
      else if (letter === 'F') configFile ??= value;
      else set(options, keyword, value, `-${letter}`);
      break;
    }
  }
  return { options, configFile };
}

const HINT = 'see ansible_ssh_common_args, ansible_ssh_extra_args and --ssh-extra-args';

const WITH_VALUE: Readonly<Record<string, string>> = {
  o: '',
  F: '',
  p: 'Port',
  l: 'User',
  i: 'IdentityFile',
  J: 'ProxyJump',
  b: 'BindAddress',
  c: 'Ciphers',
  m: 'MACs',
  I: 'PKCS11Provider',
  S: 'ControlPath',
  e: 'EscapeChar',
};

const WITHOUT_VALUE: Readonly<Record<string, (options: SshOptions) => void>> = {
  4: options => {
    options.addressFamily ??= 4;
  },
  6: options => {
    options.addressFamily ??= 6;
  },
  A: options => {
    options.forwardAgent ??= true;
  },
  a: options => {
    options.forwardAgent ??= false;
  },
  K: options => {
    options.systemSsh ??= '-K';
  },
  // How much ssh prints, compression, terminals, display: nothing that changes what is reached.
  ...Object.fromEntries([...'qvCTtxXYknM'].map(letter => [letter, () => {}])),
};

function keyValue(options: SshOptions, text: string): void {
  const match = /^\s*([A-Za-z][A-Za-z0-9]*)(?:\s*=\s*|\s+)(.*)$/s.exec(text);
  if (!match) throw new UserError(`ssh arguments: -o "${text}" is not of the form Key=Value`);
  set(options, match[1]!, match[2]!.trim().replace(/^"(.*)"$/s, '$1'), `-o ${match[1]}`);
}

function set(options: SshOptions, keyword: string, value: string, place: string): void {
  let known: boolean;
  try {
    known = setOption(options, keyword, value);
  } catch (error) {
    throw new UserError(`ssh arguments: ${place}: ${(error as Error).message}`);
  }
  if (!known) {
    throw new UserError(`ssh arguments: unknown option ${place}`, {
      hint: didYouMean(keyword, knownOptions()) ?? HINT,
    });
  }
}
