import { createPublicKey, X509Certificate, type JsonWebKey, type KeyObject } from 'node:crypto';

/** Whom credentials are sealed for: the key, how its content key is wrapped and what names the key in the header. */
export interface RecipientKey {
  key: KeyObject;
  algorithm: 'RSA-OAEP-256' | 'ECDH-ES+A256KW';
  keyId: string | null;
}

/** The recipient's key cannot be used; the message reads well after the name of the setting and shows nothing of it. */
export class RecipientKeyError extends Error {
  readonly code = 'RECIPIENT_KEY_UNUSABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RecipientKeyError';
  }
}

const MIN_RSA_BITS = 2048;
const CURVES = new Set(['prime256v1', 'secp384r1', 'secp521r1']);
const PRIVATE_JWK_MEMBERS = ['d', 'p', 'q', 'k'];

/** Reads PEM (public key or certificate) or a JWK (contract 6); throws RecipientKeyError. */
export function readRecipientKey(text: string): RecipientKey {
  const content = text.replace(/^\uFEFF/, '').trim();
  const jwk = content.startsWith('{') ? parseJwk(content) : null;
  if (jwk === null) refusePrivatePem(content);
  const key = jwk === null ? fromPem(content) : fromJwk(jwk);
  return { key, algorithm: algorithmOf(key), keyId: typeof jwk?.['kid'] === 'string' ? jwk['kid'] : null };
}

function parseJwk(content: string): JsonWebKey {
  try {
    return JSON.parse(content) as JsonWebKey;
  } catch {
    // The parser's message quotes the file, which may hold a private key: it is not passed on, not as a cause either.
    throw new RecipientKeyError('must hold a JWK or PEM: what begins like a JWK is not valid JSON');
  }
}

function fromJwk(jwk: JsonWebKey): KeyObject {
  if (PRIVATE_JWK_MEMBERS.some((member) => Object.hasOwn(jwk, member))) throw privateKeyError();
  if (Object.hasOwn(jwk, 'keys')) throw new RecipientKeyError('must hold one JWK, not a set of keys');
  if (jwk['use'] !== undefined && jwk['use'] !== 'enc')
    throw new RecipientKeyError('holds a JWK that is not for encryption');
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new RecipientKeyError('must hold the JWK of an RSA, EC (P-256, P-384, P-521) or X25519 public key', {
      cause,
    });
  }
}

function fromPem(content: string): KeyObject {
  try {
    if (content.includes('-----BEGIN CERTIFICATE-----')) return new X509Certificate(content).publicKey;
    return createPublicKey({ key: content, format: 'pem' });
  } catch (cause) {
    throw new RecipientKeyError('must hold a public key or certificate as PEM, or a JWK', { cause });
  }
}

/** OpenSSL would quietly derive the public half; a private key has no business on this machine. */
function refusePrivatePem(content: string): void {
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(content)) throw privateKeyError();
}

function privateKeyError(): RecipientKeyError {
  return new RecipientKeyError(
    'holds a private key; give the public key only, and keep the private one at the recipient',
  );
}

function algorithmOf(key: KeyObject): RecipientKey['algorithm'] {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    if (modulusLength >= MIN_RSA_BITS) return 'RSA-OAEP-256';
    throw new RecipientKeyError(`holds an RSA key of ${modulusLength} bits; at least ${MIN_RSA_BITS} are needed`);
  }
  if (key.asymmetricKeyType === 'x25519') return 'ECDH-ES+A256KW';
  if (key.asymmetricKeyType === 'ec' && CURVES.has(namedCurve)) return 'ECDH-ES+A256KW';
  throw new RecipientKeyError('must hold an RSA, EC (P-256, P-384, P-521) or X25519 key');
}
