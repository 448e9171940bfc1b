import { hash, randomBytes } from 'node:crypto';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const PASSWORD_SIGNS = ';=*!?%';

export function isGuid(text: string): boolean {
  return GUID.test(text);
}

export interface DerivedIds {
  /** Version-5 shaped GUID: billing profile ids of the service are derived from a name (reference 1.5). */
  readonly guid: string;
  /** Signed 64-bit decimal as a string, as the service writes etags (reference 1.5). */
  readonly etag: string;
}

/** Both identifiers that the service derives for a new billing profile, from one digest of `name`. */
export function deriveIds(name: string): DerivedIds {
  const hex = hash('sha1', name, 'hex');
  const variant = ((parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  const guid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return { guid, etag: BigInt.asIntN(64, BigInt(`0x${hex.slice(24)}`)).toString() };
}

const vectorSeed = randomBytes(6).toString('base64');
let vectorCount = 0;

/** MS-CV of one answer: 16 base64 characters and `.0` (reference 1.3). */
export function nextCorrelationVector(): string {
  let count = ++vectorCount;
  let text = '';
  for (let i = 0; i < 8; i++) {
    text += BASE64[count & 63];
    count = Math.floor(count / 64);
  }
  return `${vectorSeed}${text}.0`;
}

/** 9 characters with punctuation, as in the published samples (reference 1.5). */
export function newPassword(): string {
  const at = 1 + (randomByte() % 7);
  let text = '';
  for (let i = 0; i < 9; i++) text += i === at ? PASSWORD_SIGNS[randomByte() % 6] : BASE64[randomByte() % 62];
  return text;
}

const POOL_BYTES = 8192;
let pool = Buffer.alloc(0);
let next = 0;

/** Drawn from a pool: asking the system for a few bytes each time costs more than the rest of a password. */
function randomByte(): number {
  if (next === pool.length) {
    pool = randomBytes(POOL_BYTES);
    next = 0;
  }
  return pool.readUInt8(next++);
}
