import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { ROLES, type Role, type TokenSettings } from './tokens.js';

export const SESSION_MAX_SECONDS = 12 * 3_600;
/** Sessions that were ended by hand and could still be shown; beyond it the oldest is forgotten. */
const MAX_ENDED = 10_000;

/**
 * Sessions without a table: what a browser keeps says role and end, and is signed with a key that follows from the token
 * of that role. A restart therefore keeps sessions, and a changed token ends those of its role. Ending one by hand is
 * remembered by this process only.
 */
export class Sessions {
  private readonly keys = new Map<Role, Buffer>();
  private readonly ended = new Set<string>();

  constructor(
    tokens: TokenSettings,
    private readonly nowMs: () => number,
  ) {
    for (const role of ROLES) {
      const token = tokens[role];
      if (token !== null) this.keys.set(role, keyOf(token, role));
    }
  }

  /** The text of a new session: role, end (epoch s), a random id, signature. */
  begin(role: Role): string {
    const ends = Math.floor(this.nowMs() / 1_000) + SESSION_MAX_SECONDS;
    const claims = `${role}.${ends}.${randomBytes(16).toString('base64url')}`;
    return `${claims}.${this.signatureOf(role, claims)}`;
  }

  /** The role of a session that is still good. */
  roleOf(session: string): Role | null {
    const found = /^((operator|viewer)\.(\d{1,12})\.[\w-]{22})\.([\w-]{43})$/.exec(session);
    const [, claims = '', role, ends, signature = ''] = found ?? [];
    if (!found || !this.keys.has(role as Role)) return null;
    const isOurs = timingSafeEqual(Buffer.from(this.signatureOf(role as Role, claims)), Buffer.from(signature));
    if (!isOurs || Number(ends) * 1_000 <= this.nowMs() || this.ended.has(claims)) return null;
    return role as Role;
  }

  end(session: string): void {
    if (this.roleOf(session) === null) return;
    this.ended.add(session.slice(0, session.lastIndexOf('.')));
    const [oldest] = this.ended;
    if (oldest !== undefined && this.ended.size > MAX_ENDED) this.ended.delete(oldest);
  }

  private signatureOf(role: Role, claims: string): string {
    const key = this.keys.get(role);
    if (!key) throw new Error(`nobody has the role ${role}: no session of it can be signed`);
    return createHmac('sha256', key).update(claims).digest('base64url');
  }
}

function keyOf(token: string, role: Role): Buffer {
  return Buffer.from(hkdfSync('sha256', token, '', `operations-console session ${role}`, 32));
}
