import { CompactEncrypt } from 'jose';
import { readFile } from 'node:fs/promises';
import { readRecipientKey, type RecipientKey } from './recipient-key.js';

/**
 * Seals the first administrator's credentials for their recipient (contract 3), in the process that received them and
 * before anything is stored: from here on only the holder of the private key can read the password (P8). A crash before
 * sealing loses the password; a repeated create call with the same request id may bring it back, nothing else does.
 */
export class CredentialSealer {
  constructor(private readonly recipient: RecipientKey) {}

  /** Reads PEM (public key, certificate) or JWK from a file; throws RecipientKeyError or the file system's error. */
  static async fromFile(path: string): Promise<CredentialSealer> {
    return new CredentialSealer(readRecipientKey(await readFile(path, 'utf8')));
  }

  /** A compact JWE of `{"userName","password"}`, A256GCM. Errors carry neither of them. */
  async seal(userName: string, password: string): Promise<string> {
    const { key, algorithm, keyId } = this.recipient;
    const plaintext = Buffer.from(JSON.stringify({ userName, password }), 'utf8');
    try {
      return await new CompactEncrypt(plaintext)
        .setProtectedHeader({ alg: algorithm, enc: 'A256GCM', ...(keyId !== null && { kid: keyId }) })
        .encrypt(key);
    } finally {
      plaintext.fill(0);
    }
  }
}
