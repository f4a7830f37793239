import { createHash } from 'node:crypto';
import { bytesOfText } from '../../core/escaped-bytes.ts';
import { Fault } from '../grammar/fault.ts';
import { spend } from '../limits.ts';
import { codec } from '../python/codecs.ts';
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
    const text = codec(toText(encoding)).encode(toText(value)).toString('base64');
    return truth(urlSafe) ? text.replaceAll('+', '-').replaceAll('/', '_') : text;
  }),
  b64decode: filter("string, encoding='utf-8', urlsafe=False", ([value, encoding, urlSafe]) =>
    codec(toText(encoding)).decode(base64Bytes(toText(value), truth(urlSafe))),
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
      const turns = falseOr(rounds, value => Number(toInteger(value, 10) ?? index(value)));
      if (turns !== undefined) spend(toText(kind) === 'blowfish' ? 500 * 2 ** turns : 3 * turns);
      return hashPassword(toText(kind), password, {
        salt: falseOr(salt, toText),
        saltSize: falseOr(size, value => index(value)),
        rounds: turns,
        ident: falseOr(ident, toText),
      });
    },
  ),
};

function falseOr<T>(value: unknown, convert: (value: unknown) => T): T | undefined {
  return truth(value) ? convert(value) : undefined;
}

const NODE_NAMES = new Map([
  ['blake2b', 'blake2b512'],
  ['blake2s', 'blake2s256'],
  ['sha3_224', 'sha3-224'],
  ['sha3_256', 'sha3-256'],
  ['sha3_384', 'sha3-384'],
  ['sha3_512', 'sha3-512'],
  ['sha512_224', 'sha512-224'],
  ['sha512_256', 'sha512-256'],
]);

/** As Python decodes it: what is not in the alphabet is passed over, but the padding must be whole. */
function base64Bytes(text: string, urlSafe: boolean): Buffer {
  const plain = urlSafe ? text.replaceAll('-', '+').replaceAll('_', '/') : text;
  const digits: string[] = [];
  let padding = 0;
  for (const character of plain) {
    if (character === '=') padding++;
    else if (/[A-Za-z0-9+/]/.test(character)) {
      digits.push(character);
      padding = 0;
    }
  }
  const rest = digits.length % 4;
  if (rest === 1 || (rest > 0 && rest + padding < 4)) throw new Fault('b64decode: the padding is incomplete');
  return Buffer.from(digits.join(''), 'base64');
}

function digest(kind: string, text: string): string {
  try {
    return createHash(NODE_NAMES.get(kind.toLowerCase()) ?? kind)
      .update(bytesOfText(text))
      .digest('hex');
  } catch {
    throw new Fault(`there is no hash '${kind}'`);
  }
}

function uuid5(namespace: string, name: string): string {
  const digits = namespace
    .replace('urn:', '')
    .replace('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '');
  const bytes = Buffer.from(digits, 'hex');
  if (digits.length !== 32 || bytes.length !== 16)
    throw new Fault(`Invalid value '${namespace}' for 'namespace'.`);
  const sum = createHash('sha1').update(bytes).update(name, 'utf8').digest().subarray(0, 16);
  sum[6] = (sum[6]! & 0x0f) | 0x50;
  sum[8] = (sum[8]! & 0x3f) | 0x80;
  return sum.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
