import { bytesOfText, textOfBytes } from '../../core/escaped-bytes.ts';
import { Fault } from '../grammar/fault.ts';

interface Codec {
  encode(text: string): Buffer;
  decode(bytes: Buffer): string;
}

/** Text in one of Python's encodings, and back. */
export function codec(name: string): Codec {
  const plain = name.toLowerCase().replaceAll(/[_ ]/g, '-');
  const found = CODECS.get(plain) ?? CODECS.get(ALIASES.get(plain) ?? '') ?? table(plain, name);
  if (!found) throw new Fault(`unknown encoding: ${name}`);
  return found;
}

const utf16: Codec = {
  encode: text => Buffer.from(text, 'utf16le'),
  decode: bytes => bytes.toString('utf16le'),
};
const utf16Big: Codec = {
  encode: text => utf16.encode(text).swap16(),
  decode: bytes => utf16.decode(Buffer.from(bytes).swap16()),
};

const CODECS = new Map<string, Codec>([
  ['utf-8', { encode: bytesOfText, decode: textOfBytes }],
  ['utf-16-le', utf16],
  ['utf-16-be', utf16Big],
  [
    'utf-16',
    {
      encode: text => utf16.encode(`\ufeff${text}`),
      decode: bytes =>
        bytes[0] === 0xfe && bytes[1] === 0xff
          ? utf16Big.decode(bytes.subarray(2))
          : utf16.decode(bytes).replace(/^\ufeff/, ''),
    },
  ],
  ['latin-1', upTo(0x100, 'latin-1')],
  ['ascii', { ...upTo(0x80, 'ascii'), decode: bytes => [...bytes].map(asciiOrEscape).join('') }],
]);

const ALIASES = new Map([
  ['utf8', 'utf-8'],
  ['u8', 'utf-8'],
  ['utf-16le', 'utf-16-le'],
  ['utf-16be', 'utf-16-be'],
  ['utf16', 'utf-16'],
  ['latin1', 'latin-1'],
  ['l1', 'latin-1'],
  ['iso-8859-1', 'latin-1'],
  ['iso8859-1', 'latin-1'],
  ['us-ascii', 'ascii'],
]);

/** One byte for each of the first characters of Unicode. */
function upTo(limit: number, name: string): Codec {
  return {
    encode: text =>
      Buffer.from(
        [...text].map(one => (one.codePointAt(0)! < limit ? one.codePointAt(0)! : refuse(one, name))),
      ),
    decode: bytes => bytes.toString('latin1'),
  };
}

function asciiOrEscape(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : textOfBytes(Uint8Array.of(byte));
}

/** Encodings with one byte for each character, from the tables that JavaScript has. */
function table(plain: string, name: string): Codec | undefined {
  const label = plain.replace(/^cp125/, 'windows-125').replace(/^iso8859/, 'iso-8859');
  if (!/^(windows-125\d|iso-8859-\d+|koi8-[ru])$/.test(label)) return undefined;
  const characters = charactersOf(label);
  if (!characters) return undefined;
  const bytes = new Map(characters.map((character, byte) => [character, byte]));
  return {
    encode: text => Buffer.from([...text].map(one => bytes.get(one) ?? refuse(one, name))),
    decode: given => [...given].map(byte => characters[byte]).join(''),
  };
}

/** In Node 20 this one is latin-1. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function charactersOf(label: string): string[] | undefined {
  const all = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  try {
    const decoder = new TextDecoder(label);
    return all.map((one, byte) =>
      label === 'windows-1252' && byte >= 0x80 && byte < 0xa0
        ? WINDOWS_1252[byte - 0x80]!
        : decoder.decode(one),
    );
  } catch {
    return undefined;
  }
}

function refuse(character: string, name: string): never {
  throw new Fault(`'${name}' has no ${JSON.stringify(character)}`);
}
