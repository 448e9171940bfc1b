import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import fc from 'fast-check';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CredentialSealer } from './credential-sealer.js';
import { readRecipientKey, RecipientKeyError } from './recipient-key.js';

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

/** Of a key whose private half was thrown away. */
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBgDCCASWgAwIBAgIUJLu/ej/+skxs98CRfIpkHve0MNwwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJcmVjaXBpZW50MCAXDTI2MTEyMzA2MjYyOFoYDzIxMjYxMDMw
MDYyNjI4WjAUMRIwEAYDVQQDDAlyZWNpcGllbnQwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATyWqJv00lqEwTONMqp/vHjKesSUOJQsx0R7AooSAwgBoNDoV2csJ9W
Asvg5FnC3+jW7B4n+GIgMJnnOCTuxMyBo1MwUTAdBgNVHQ4EFgQUlYAdXoByzNF5
xqQVgA//6f17weMwHwYDVR0jBBgwFoAUlYAdXoByzNF5xqQVgA//6f17weMwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEAxy6KYHokIRwifPqPB7Al
npeSz/BFhqgZsGcmKyebTqYCIQDjGWnklYid37FYZI29aacdS5Fy32q0HgdkFD1l
E/uEzg==
-----END CERTIFICATE-----
`;
const PUBLIC_KEY_OF_CERTIFICATE = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8lqib9NJahMEzjTKqf7x4ynrElDi
ULMdEewKKEgMIAaDQ6FdnLCfVgLL4ORZwt/o1uweJ/hiIDCZ5zgk7sTMgQ==
-----END PUBLIC KEY-----
`;

const ec = (namedCurve: string): KeyPair => generateKeyPairSync('ec', { namedCurve });
const rsa = (modulusLength: number): KeyPair => generateKeyPairSync('rsa', { modulusLength });
const spki = ({ publicKey }: KeyPair): string => String(publicKey.export({ type: 'spki', format: 'pem' }));
const pkcs8 = ({ privateKey }: KeyPair): string => String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
const jwk = ({ publicKey }: KeyPair, more: object = {}): string =>
  JSON.stringify({ ...publicKey.export({ format: 'jwk' }), ...more });

const KEYS: [name: string, pair: KeyPair, algorithm: string][] = [
  ['RSA 2048', rsa(2048), 'RSA-OAEP-256'],
  ['P-256', ec('P-256'), 'ECDH-ES+A256KW'],
  ['P-384', ec('P-384'), 'ECDH-ES+A256KW'],
  ['P-521', ec('P-521'), 'ECDH-ES+A256KW'],
  ['X25519', generateKeyPairSync('x25519'), 'ECDH-ES+A256KW'],
];

async function open(sealed: string, privateKey: KeyObject): Promise<unknown> {
  const { plaintext } = await compactDecrypt(sealed, privateKey);
  return JSON.parse(Buffer.from(plaintext).toString('utf8'));
}

function refusalOf(text: string): string {
  try {
    readRecipientKey(text);
  } catch (error) {
    if (error instanceof RecipientKeyError) return error.message;
  }
  throw new Error('the key was accepted');
}

describe('sealed credentials', () => {
  it.each(KEYS)('for %s as PEM and as JWK are opened by its private key only', async (_name, pair, algorithm) => {
    for (const text of [spki(pair), `\uFEFF${jwk(pair)}\n`]) {
      const sealed = await new CredentialSealer(readRecipientKey(text)).seal('admin', 'Qz;4=t*Lm');
      expect(sealed.split('.')).toHaveLength(5);
      expect(decodeProtectedHeader(sealed)).toMatchObject({ alg: algorithm, enc: 'A256GCM' });
      expect(decodeProtectedHeader(sealed)).not.toHaveProperty('kid');
      expect(await open(sealed, pair.privateKey)).toEqual({ userName: 'admin', password: 'Qz;4=t*Lm' });
      await expect(open(sealed, rsa(2048).privateKey)).rejects.toThrow();
    }
  });

  it('for a certificate are sealed for its public key', async () => {
    const recipient = readRecipientKey(CERTIFICATE);
    expect(recipient.key.export({ type: 'spki', format: 'pem' })).toBe(PUBLIC_KEY_OF_CERTIFICATE);
    expect(decodeProtectedHeader(await new CredentialSealer(recipient).seal('a', 'b')).alg).toBe('ECDH-ES+A256KW');
  });

  it('name the key when the JWK does', async () => {
    const sealer = new CredentialSealer(readRecipientKey(jwk(ec('P-256'), { kid: 'crm-2026', use: 'enc' })));
    expect(decodeProtectedHeader(await sealer.seal('a', 'b')).kid).toBe('crm-2026');
  });

  it('come back unchanged, whatever the texts are, and never stand in the token', async () => {
    const pair = ec('P-256');
    const sealer = new CredentialSealer(readRecipientKey(spki(pair)));
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), async (userName, password) => {
        const sealed = await sealer.seal(userName, password);
        expect(await open(sealed, pair.privateKey)).toEqual({ userName, password });
        expect(sealed).toMatch(/^[\w.-]+$/);
      }),
      { numRuns: 25 },
    );
  });

  it('are not the same twice', async () => {
    const sealer = new CredentialSealer(readRecipientKey(spki(ec('P-256'))));
    expect(await sealer.seal('a', 'b')).not.toBe(await sealer.seal('a', 'b'));
  });

  it('fail without showing the password', async () => {
    const sealer = new CredentialSealer({ ...readRecipientKey(spki(ec('P-256'))), algorithm: 'RSA-OAEP-256' });
    const error: unknown = await sealer.seal('admin', 'hunter2').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack ?? ''}`).not.toContain('hunter2');
  });
});

describe('the recipient key', () => {
  it('is read from a file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recipient-'));
    try {
      const pair = ec('P-256');
      await writeFile(join(folder, 'key.pem'), spki(pair));
      const sealer = await CredentialSealer.fromFile(join(folder, 'key.pem'));
      expect(await open(await sealer.seal('a', 'b'), pair.privateKey)).toEqual({ userName: 'a', password: 'b' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each(KEYS)('that is a private one (%s) is refused as such', async (_name, pair) => {
    const privateJwk = JSON.stringify(await exportJWK(pair.privateKey));
    for (const text of [pkcs8(pair), `${spki(pair)}${pkcs8(pair)}`, privateJwk]) {
      expect(refusalOf(text)).toContain('private key');
    }
  });

  it('that is a secret one is refused', () => {
    expect(refusalOf(JSON.stringify({ kty: 'oct', k: 'AAAA' }))).toContain('private key');
  });

  it.each([
    ['RSA of 1024 bits', spki(rsa(1024)), 'at least 2048'],
    ['a signing curve', spki(generateKeyPairSync('ed25519')), 'must hold an RSA'],
    ['secp256k1', spki(ec('secp256k1')), 'must hold an RSA'],
    ['a JWK for signing', jwk(rsa(2048), { use: 'sig' }), 'not for encryption'],
    ['a set of JWKs', JSON.stringify({ keys: [] }), 'one JWK'],
    ['a broken JWK', '{"kty":"RSA","d":"hunter2', 'not valid JSON'],
    ['a JWK of an unknown kind', '{"kty":"XYZ"}', 'must hold the JWK'],
    ['an empty file', '', 'as PEM'],
    ['text', 'hunter2', 'as PEM'],
  ])('%s is refused', (_name, text, reason) => {
    const message = refusalOf(text);
    expect(message).toContain(reason);
    expect(message).not.toContain('hunter2');
  });

  it('never is anything but an accepted key or a RecipientKeyError', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((json) => `{"kty":"RSA","n":${json}}`),
        ),
        (text) => {
          expect(refusalOf(text)).not.toBe('');
        },
      ),
    );
  });

  it('made by jose is accepted', async () => {
    const { publicKey } = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519' });
    expect(readRecipientKey(JSON.stringify(await exportJWK(publicKey))).algorithm).toBe('ECDH-ES+A256KW');
  });
});
