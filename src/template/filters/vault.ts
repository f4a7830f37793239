import { UserError } from '../../core/error.ts';
import { Secret } from '../../core/secret.ts';
import type { Engine } from '../compile/engine.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { truth } from '../python/compare.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import type { VaultByPassword } from '../types.ts';
import { type FilterTable, filter } from './filter.ts';

/** Sealing and opening within a template, under a password that it names. */
export const vaultFilters: FilterTable = {
  vault: filter(
    "data, secret, salt=None, vault_id='filter_default', wrap_object=False, vaultid=None",
    ([data, secret, salt, vaultId, wrap, oldId], engine) => {
      const [text, password] = texts('vault', data, secret);
      if (password === '') throw new Fault('vault: the password is empty');
      if (truth(wrap))
        throw new Fault('vault: there is no wrap_object', 'what is sealed is text: leave it out');
      if (salt === '') throw new Fault('vault: the salt is empty');
      const id = newOrOld(vaultId, oldId, engine);
      return derive('vault', engine, vault => {
        if (vault.isSealed(text)) throw new Fault('vault: the text is sealed already');
        return vault.seal(
          text,
          password,
          id === null ? '' : toText(id),
          salt === null ? undefined : toText(salt),
        );
      });
    },
  ),
  unvault: filter(
    "vault, secret, vault_id='filter_default', vaultid=None",
    ([sealed, secret, vaultId, oldId], engine) => {
      const [text, password] = texts('unvault', sealed, secret);
      newOrOld(vaultId, oldId, engine);
      return derive('unvault', engine, vault =>
        vault.isSealed(text) ? new Secret(vault.open(text, password)) : text,
      );
    },
  ),
};

function texts(name: string, data: unknown, secret: unknown): [string, string] {
  if (typeof secret !== 'string')
    throw new Fault(`${name}: the password must be text, not ${pythonType(secret)}`);
  if (typeof data !== 'string')
    throw new Fault(`${name}: only text is sealed and opened, not ${pythonType(data)}`);
  return [data, secret];
}

function newOrOld(id: unknown, old: unknown, engine: Engine): unknown {
  if (old === null) return id;
  const isSet = id !== 'filter_default';
  engine.surroundings.warn(
    isSet ? 'vaultid is passed over, as vault_id is set' : 'vaultid is an old name: use vault_id',
  );
  return isSet ? id : old;
}

/** Deriving the key takes some milliseconds on purpose. */
const DERIVATION = 100_000;

function derive<T>(name: string, engine: Engine, work: (vault: VaultByPassword) => T): T {
  const { vault } = engine.surroundings;
  if (!vault) throw new Fault(`${name} cannot be used here: nothing is sealed or opened before the run`);
  spend(DERIVATION);
  try {
    return work(vault);
  } catch (error) {
    // What is wrong with the data or the password has its place in the template.
    throw error instanceof UserError ? new Fault(`${name}: ${error.message}`, error.hint) : error;
  }
}
