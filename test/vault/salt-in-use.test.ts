import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Identity } from '../../src/vault/identity.ts';
import { shareSaltInUse } from '../../src/vault/salt-in-use.ts';
import { openEnvelope, sealEnvelope } from '../../src/vault/seal.ts';
import { prepare, sodium } from '../../src/vault/sodium.ts';
import { sealTsible } from '../../src/vault/tsible-format.ts';
import { identities, identity, PASSWORD } from './scene.ts';

beforeAll(prepare);
afterEach(() => vi.restoreAllMocks());

/** Counts derivations, and makes them quick. */
function counted() {
  return vi
    .spyOn(sodium(), 'crypto_pwhash')
    .mockImplementation(((length: number, password: Uint8Array, salt: Uint8Array) =>
      sodium().crypto_generichash(length, password, salt)) as never);
}

/** As a run of its own seals it, in a project that has these files. */
function sealInNewRun(who: Identity, texts: Iterable<string>, content = 'x'): string {
  shareSaltInUse(who, who.label, texts);
  return sealEnvelope(Buffer.from(content), who, 'tsible');
}

const asYaml = (name: string, envelope: string) =>
  `${name}: !vault |\n${envelope.trimEnd().replace(/^/gm, '    ')}\n`;
const saltsIn = (text: string) => new Set(text.match(/-> argon2id .*/g));

describe('the salt of a password', () => {
  it('500 values, each set in a run of its own, are opened with one derivation', () => {
    const derivations = counted();
    const envelopes: string[] = [];
    let file = 'plain: 1\n';
    for (let n = 0; n < 500; n++) {
      const envelope = sealInNewRun(identity(PASSWORD), [file], `value ${n}`);
      envelopes.push(envelope);
      file += asYaml(`v${n}`, envelope);
    }
    // Each run has the one that it needs anyway.
    expect(derivations).toHaveBeenCalledTimes(500);
    expect(saltsIn(file).size).toBe(1);
    derivations.mockClear();
    const who = identities(identity(PASSWORD));
    for (const [n, envelope] of envelopes.entries())
      expect(openEnvelope(envelope, who).content.toString()).toBe(`value ${n}`);
    expect(derivations).toHaveBeenCalledTimes(1);
  });

  it('is taken from the first text that has it, and no further one is read', () => {
    counted();
    const first = asYaml('a', sealInNewRun(identity(PASSWORD), []));
    const read: number[] = [];
    const texts = function* () {
      for (const [index, text] of ['no: secrets\n', first, 'too far'].entries()) {
        read.push(index);
        yield text;
      }
    };
    expect(saltsIn(first + sealInNewRun(identity(PASSWORD), texts())).size).toBe(1);
    expect(read).toEqual([0, 1]);
  });

  it('is found in a value in quotes, and behind Windows line ends', () => {
    counted();
    const envelope = sealInNewRun(identity(PASSWORD), []);
    for (const text of [
      `a: !vault "${envelope.replaceAll('\n', '\\n')}"\n`,
      envelope.replaceAll('\n', '\r\n'),
    ])
      expect(saltsIn(envelope + sealInNewRun(identity(PASSWORD), [text])).size).toBe(1);
  });

  it('is not taken from what another password sealed, under the same id or another one', () => {
    const derivations = counted();
    const others = ['a', 'b', 'c', 'd', 'e'].map(each => sealInNewRun(identity(each), []));
    const labelled = sealInNewRun(identity(PASSWORD, 'prod'), []);
    derivations.mockClear();
    const sealed = sealInNewRun(identity(PASSWORD), [...others, labelled]);
    expect(saltsIn([...others, labelled, sealed].join('')).size).toBe(7);
    // Three that do not fit, and the new one.
    expect(derivations).toHaveBeenCalledTimes(4);
    derivations.mockClear();
    sealInNewRun(identity(PASSWORD), [labelled]);
    expect(derivations).toHaveBeenCalledTimes(1);
  });

  it('is found behind that of a password that was changed', () => {
    counted();
    const old = sealInNewRun(identity('old'), []);
    const fresh = sealInNewRun(identity(PASSWORD), []);
    expect(saltsIn(fresh + sealInNewRun(identity(PASSWORD), [old, fresh])).size).toBe(1);
  });

  it('is not taken from what is damaged, or asks for another cost', () => {
    counted();
    const envelope = sealInNewRun(identity(PASSWORD), []);
    const cost = { passes: 1, kibibytes: 8 };
    const weak = sealTsible(
      Buffer.from('x'),
      { label: 'default', password: identity(PASSWORD), recipients: [] },
      { cost },
    );
    for (const text of [weak, envelope.slice(0, 60), envelope.replace(/(-> .*\n)./, '$1!')]) {
      const sealed = sealInNewRun(identity(PASSWORD), [text]);
      expect(sealed).toContain('-> argon2id 3 65536 ');
      expect(saltsIn(text + sealed).size).toBe(2);
    }
  });

  it('is that of what was opened before, and nothing is searched for then', () => {
    counted();
    const envelope = sealInNewRun(identity(PASSWORD), []);
    const who = identity(PASSWORD);
    openEnvelope(envelope, identities(who));
    const texts = {
      [Symbol.iterator]: (): Iterator<string> => {
        throw new Error('searched');
      },
    };
    expect(saltsIn(envelope + sealInNewRun(who, texts)).size).toBe(1);
  });

  it('every envelope has a file key and nonces of its own all the same', () => {
    counted();
    const file = sealInNewRun(identity(PASSWORD), []);
    const bodies = Array.from({ length: 20 }, () =>
      sealInNewRun(identity(PASSWORD), [file]).split('\n').slice(2).join('\n'),
    );
    expect(new Set(bodies.map(body => body.slice(0, 32))).size).toBe(20);
  });
});
