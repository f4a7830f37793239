import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Endpoint, Identity } from '../connection/types.ts';
import { UserError } from '../core/error.ts';
import { takenApart } from '../core/known-secrets.ts';
import { inherited, type Play, type Step } from '../core/play.ts';
import { Secret } from '../core/secret.ts';
import type { Raw, Value } from '../core/value.ts';
import { UnclosedQuote, wordsOf } from '../core/words.ts';
import type { Templar } from '../template/types.ts';
import { yesOrNo } from './yes-or-no.ts';

/** What the command line and the settings say about reaching hosts; variables of a host win over it. */
export interface ConnectionDefaults {
  readonly user?: string | undefined;
  readonly password?: Secret | undefined;
  readonly privateKeyFile?: string | undefined;
  readonly port?: number | undefined;
  readonly transport?: string | undefined;
  readonly hostKeyChecking: 'yes' | 'accept-new' | 'no';
  /** Milliseconds. */
  readonly connectTimeout: number;
  readonly sshArgs: readonly string[];
  readonly become: boolean;
  readonly becomeUser?: string | undefined;
  readonly becomeMethod?: string | undefined;
  readonly becomeFlags?: string | undefined;
  readonly becomeExe?: string | undefined;
  readonly becomePassword?: Secret | undefined;
}

/** Reads variables and inherited directives of one step on one host. */
export class ConnectionSettings {
  constructor(
    private readonly templar: Templar,
    private readonly variable: (name: string) => Raw | undefined,
    private readonly step: Step | Play,
    private readonly defaults: ConnectionDefaults,
  ) {}

  endpoint(host: string): Endpoint {
    const address = this.text('ansible_host', 'ansible_ssh_host') ?? host;
    const named =
      this.text('ansible_connection') ?? this.directive('connection') ?? this.defaults.transport ?? 'ssh';
    const port =
      this.text('ansible_port', 'ansible_ssh_port') ?? this.directive('port') ?? this.defaults.port;
    const known = join(homedir(), '.ssh', 'known_hosts');
    return {
      name: host,
      transport: transportOf(named, host),
      address,
      port: port === undefined ? undefined : Number(port),
      user:
        this.text('ansible_user', 'ansible_ssh_user') ?? this.directive('remoteUser') ?? this.defaults.user,
      password:
        this.secret('ansible_password', 'ansible_ssh_pass', 'ansible_ssh_password') ?? this.defaults.password,
      privateKeyFile:
        this.text('ansible_ssh_private_key_file', 'ansible_private_key_file') ?? this.defaults.privateKeyFile,
      hostKeyChecking: this.hostKeyChecking(),
      knownHostsFiles: [known, '/etc/ssh/ssh_known_hosts'],
      connectTimeout:
        Number(this.text('ansible_ssh_timeout', 'ansible_timeout') ?? 0) * 1000 ||
        this.defaults.connectTimeout,
      sshArgs: [
        ...this.defaults.sshArgs,
        ...this.words('ansible_ssh_args'),
        ...this.words('ansible_ssh_common_args'),
        ...this.words('ansible_ssh_extra_args'),
      ],
      shell: this.text('ansible_shell_executable') ?? '/bin/sh',
    };
  }

  /** The identity the step runs as; undefined for the login user. */
  identity(): Identity | undefined {
    const become = this.raw('ansible_become') ?? inherited(this.step, 'become');
    const wanted = become === undefined ? this.defaults.become : yesOrNo(this.templar, become);
    if (!wanted) return undefined;
    const user =
      this.text('ansible_become_user') ?? this.directive('becomeUser') ?? this.defaults.becomeUser ?? 'root';
    const method =
      this.text('ansible_become_method') ??
      this.directive('becomeMethod') ??
      this.defaults.becomeMethod ??
      'sudo';
    const short = method.replace(/^(ansible\.builtin|community\.general)\./, '');
    if (short !== 'sudo' && short !== 'su' && short !== 'doas') {
      throw new UserError(`become_method "${method}" is not supported`, {
        position: this.step.position,
        hint: 'use sudo, su or doas',
      });
    }
    const flags =
      this.text('ansible_become_flags', `ansible_${short}_flags`) ??
      this.directive('becomeFlags') ??
      this.defaults.becomeFlags;
    const exe =
      this.text('ansible_become_exe', `ansible_${short}_exe`) ??
      this.directive('becomeExe') ??
      this.defaults.becomeExe;
    const password =
      this.secret('ansible_become_password', 'ansible_become_pass', `ansible_${short}_pass`) ??
      this.defaults.becomePassword;
    return {
      become: { method: short, user, password, exe, flags },
      key: [short, user, flags ?? '', exe ?? ''].join('\0'),
    };
  }

  private hostKeyChecking(): Endpoint['hostKeyChecking'] {
    const value = this.raw('ansible_host_key_checking') ?? this.raw('ansible_ssh_host_key_checking');
    if (value === undefined) return this.defaults.hostKeyChecking;
    const rendered = this.templar.render(value);
    if (rendered === 'accept-new') return 'accept-new';
    return yesOrNo(this.templar, rendered) ? 'yes' : 'no';
  }

  private raw(name: string): Raw | undefined {
    return this.variable(name);
  }

  private text(...names: string[]): string | undefined {
    for (const name of names) {
      const raw = this.raw(name);
      if (raw === undefined || raw === null) continue;
      return plainText(this.templar.render(raw));
    }
    return undefined;
  }

  /** The words of an option string. */
  private words(name: string): string[] {
    const text = this.text(name) ?? '';
    try {
      const words = wordsOf(text);
      takenApart(text, words);
      return words.map(word => word.text);
    } catch (error) {
      if (!(error instanceof UnclosedQuote)) throw error;
      throw new UserError(`${name} has a quote that is not closed`, { position: this.step.position });
    }
  }

  private secret(...names: string[]): Secret | undefined {
    const text = this.text(...names);
    return text === undefined ? undefined : new Secret(text);
  }

  private directive(
    key: 'becomeUser' | 'becomeMethod' | 'becomeFlags' | 'becomeExe' | 'remoteUser' | 'port' | 'connection',
  ): string | undefined {
    const raw = inherited(this.step, key);
    return raw === undefined || raw === null ? undefined : plainText(this.templar.render(raw));
  }
}

function plainText(value: Value): string {
  return value instanceof Secret ? value.reveal() : String(value);
}

function transportOf(named: string, host: string): Endpoint['transport'] {
  const short = named.replace(/^ansible\.(builtin|netcommon)\./, '');
  if (short === 'local') return 'local';
  if (['ssh', 'smart', 'paramiko', 'paramiko_ssh', 'ssh2'].includes(short)) return 'ssh';
  throw new UserError(`${host}: connection "${named}" is not supported`, { hint: 'use ssh or local' });
}
