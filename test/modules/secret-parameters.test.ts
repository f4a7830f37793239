import { expect, it } from 'vitest';
import { redact } from '../../src/core/secret.ts';
import { Float, type Value } from '../../src/core/value.ts';
import { findModule, moduleNames } from '../../src/modules/index.ts';
import { checkParameters, type Schema } from '../../src/modules/parameters.ts';

/** Not secrets, whatever their names say. */
const HARMLESS = new Set([
  'nopassword',
  'update_password',
  'password_lock',
  'password_expire_max',
  'password_expire_min',
  'password_expire_warn',
  'password_expire_account_disable',
]);

it('every parameter that is a password by its name is a secret', () => {
  const named = [...new Set([...moduleNames()].map(name => findModule(name)!))].flatMap(
    ({ names, parameters }) =>
      Object.entries(parameters as Schema)
        .filter(
          ([name]) => /pass(word|wd|phrase)?(_|$)|secret|token|credential/.test(name) && !HARMLESS.has(name),
        )
        .map(([name, { secret }]) => `${names[0]}.${name}: ${secret ? 'secret' : 'shown'}`),
  );
  expect(named.sort()).toEqual([
    'get_url.url_password: secret',
    'user.password: secret',
    'user.ssh_key_passphrase: secret',
  ]);
});

/**
 * What Ansible marks `no_log` in modules that are here as well, with one exception: `copy: content` is no password,
 * and --diff is there to show it.
 */
const NOT_LOGGED: readonly [module: string, parameter: string][] = [
  ['user', 'password'],
  ['user', 'ssh_key_passphrase'],
  ['get_url', 'url_password'],
  ['get_url', 'password'],
  ['ansible.builtin.get_url', 'password'],
];

const VALUES: readonly [kind: string, value: (number: number) => Value][] = [
  ['text', number => `Not-Logged-${number}`],
  ['a number', number => 410_000 + number],
  ['a large number', number => 98_765_432_109_876_543_210n + BigInt(number)],
  ['a number with a point', number => new Float(7_200_000.5 + number)],
];

const CASES = NOT_LOGGED.flatMap(([module, parameter], row) =>
  VALUES.map(([kind, value], column) => [module, parameter, kind, value(row * 10 + column)] as const),
);

it.each(CASES)('%s: %s is hidden when it is %s', (module, parameter, _kind, value) => {
  expect(redact(`it is ${String(value)}`)).toBe(`it is ${String(value)}`);
  checkParameters(module, findModule(module)!.parameters, new Map([[parameter, value]]), false);
  expect(redact(`it is ${String(value)}`)).toBe('it is ********');
});
