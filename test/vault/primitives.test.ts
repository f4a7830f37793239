import { beforeAll, describe, expect, it } from 'vitest';
import { prepare, sodium } from '../../src/vault/sodium.ts';

// What others publish about the primitives that the format is made of: a libsodium that computed something else would
// still open what it sealed.
beforeAll(prepare);

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex');
const counting = (first: number, length: number) => Uint8Array.from({ length }, (_, i) => first + i);

it('XChaCha20-Poly1305: draft-irtf-cfrg-xchacha-03, A.3.1', () => {
  const text =
    "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  const [data, nonce, key] = [bytes('50515253c0c1c2c3c4c5c6c7'), counting(0x40, 24), counting(0x80, 32)];
  const sealed = sodium().crypto_aead_xchacha20poly1305_ietf_encrypt(text, data, null, nonce, key);
  expect(hex(sealed)).toBe(
    'bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda7e39' +
      'ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9' +
      '21f9664c97637da9768812f615c68b13b52e' +
      'c0875924c1c7987947deafd8780acf49',
  );
});

it('X25519: RFC 7748, 5.2', () => {
  const scalar = bytes('a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4');
  const point = bytes('e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c');
  expect(hex(sodium().crypto_scalarmult(scalar, point))).toBe(
    'c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552',
  );
});

it("Ed25519 keys taken over to X25519: libsodium's ed25519_convert", () => {
  const lib = sodium();
  const pair = lib.crypto_sign_seed_keypair(
    bytes('421151a459faeade3d247115f94aedae42318124095afabe4d1451a559faedee'),
  );
  expect([
    hex(lib.crypto_sign_ed25519_pk_to_curve25519(pair.publicKey)),
    hex(lib.crypto_sign_ed25519_sk_to_curve25519(pair.privateKey)),
  ]).toEqual([
    'f1814f0e8ff1043d8a44d25babff3cedcae6c22c3edaa48f857ae70de2baae50',
    '8052030376d47112be7f73ed7a019293dd12ad910b654455798b4667d73de166',
  ]);
});

it("keyed BLAKE2b: the first of BLAKE2's known answers", () => {
  expect(hex(sodium().crypto_generichash(64, new Uint8Array(0), counting(0, 64)))).toBe(
    '10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786' +
      'b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568',
  );
});

describe('Argon2id 1.3, one lane: as the reference program argon2 has it', () => {
  it.each([
    ['password', 3, 65_536, 'daf16780dcb73e862146297fa17b81b86b480f33c0b67daef0f2c7c809c5797b'],
    ['größe 日本', 3, 65_536, '336861fb7741371245abd673c379152cab1e6a72b9c0849acb7706d2a8644801'],
    ['password', 1, 64, '73cba7a192f57cc8935bd573b08cc8e1788b2237989a1b24d9d088520db54696'],
  ])('%s, %i passes, %i KiB', (password, passes, kibibytes, key) => {
    const lib = sodium();
    const salt = Buffer.from('0123456789abcdef');
    const { crypto_pwhash_ALG_ARGON2ID13: algorithm } = lib;
    expect(hex(lib.crypto_pwhash(32, password, salt, passes, kibibytes * 1024, algorithm))).toBe(key);
  });
});
