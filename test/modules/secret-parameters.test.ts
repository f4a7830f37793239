import { expect, it } from 'vitest';
import { findModule, moduleNames } from '../../src/modules/index.ts';
import type { Schema } from '../../src/modules/parameters.ts';

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
