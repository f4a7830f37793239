import { createHash } from 'node:crypto';
import { Fault } from '../grammar/fault.ts';
import { truth } from '../python/compare.ts';
import { toInteger } from '../python/format.ts';
import { index } from '../python/numbers.ts';
import { toText } from '../python/print.ts';
import { pythonType } from '../python/values.ts';
import { type FilterTable, filter } from './filter.ts';
import { hashPassword } from './password-hash.ts';

/** Ansible's filters for encodings, checksums and passwords. */
export const encodeFilters: FilterTable = {
  b64encode: filter("string, encoding='utf-8', urlsafe=False", ([value, encoding, urlSafe]) => {
    const text = Buffer.from(toText(value), bufferEncoding(encoding)).toString('base64');
    return truth(urlSafe) ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
  }),
  b64decode: filter("string, encoding='utf-8', urlsafe=False", ([value, encoding]) =>
    Buffer.from(toText(value), 'base64').toString(bufferEncoding(encoding)),
  ),
  hash: filter("data, hashtype='sha1'", ([data, kind]) => digest(toText(kind), toText(data))),
  md5: filter('data', ([data]) => digest('md5', toText(data))),
  sha1: filter('data', ([data]) => digest('sha1', toText(data))),
  checksum: filter('data', ([data]) => digest('sha1', toText(data))),
  to_uuid: filter("string, namespace='361E6D51-FAEC-444A-9079-341386DA8E2E'", ([value, namespace]) =>
    uuid5(toText(namespace), toText(value)),
  ),
  password_hash: filter(
    "password, hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None",
    ([password, kind, salt, size, rounds, ident]) => {
      if (typeof password !== 'string') throw new Fault(`a password is text, not ${pythonType(password)}`);
      return hashPassword(toText(kind), password, {
        salt: falseOr(salt, toText),
        saltSize: falseOr(size, value => index(value)),
        rounds: falseOr(rounds, value => Number(toInteger(value, 10) ?? index(value))),
        ident: falseOr(ident, toText),
      });
    },
  ),
};

function falseOr<T>(value: unknown, convert: (value: unknown) => T): T | undefined {
  return truth(value) ? convert(value) : undefined;
}

function digest(kind: string, text: string): string {
  try {
    return createHash(kind.replace('blake2b', 'blake2b512').replace('blake2s', 'blake2s256'))
      .update(text, 'utf8')
      .digest('hex');
  } catch {
    throw new Fault(`there is no hash '${kind}'`);
  }
}

function bufferEncoding(name: unknown): BufferEncoding {
  const text = toText(name).toLowerCase().replaceAll('_', '-');
  if (text === 'utf-8' || text === 'utf8') return 'utf8';
  if (text === 'latin-1' || text === 'iso-8859-1' || text === 'ascii') return 'latin1';
  if (text === 'utf-16-le') return 'utf16le';
  throw new Fault(`unknown encoding: ${toText(name)}`);
}

function uuid5(namespace: string, name: string): string {
  const bytes = Buffer.from(namespace.replaceAll('-', ''), 'hex');
  if (bytes.length !== 16) throw new Fault(`Invalid value '${namespace}' for 'namespace'.`);
  const sum = createHash('sha1').update(bytes).update(name, 'utf8').digest().subarray(0, 16);
  sum[6] = (sum[6]! & 0x0f) | 0x50;
  sum[8] = (sum[8]! & 0x3f) | 0x80;
  return sum.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
