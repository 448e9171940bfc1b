import { createHash, timingSafeEqual } from 'node:crypto';

export type Role = 'operator' | 'viewer';

/** `null`: nobody has this role. */
export type TokenSettings = Readonly<Record<Role, string | null>>;

export const ROLES = ['operator', 'viewer'] as const;

/** The tokens of the settings. They are compared by their digests, in a time that tells nothing about them. */
export class Tokens {
  private readonly digests: { role: Role; digest: Buffer }[] = [];

  constructor(tokens: TokenSettings) {
    for (const role of ROLES) {
      const token = tokens[role];
      if (token !== null) this.digests.push({ role, digest: digestOf(token) });
    }
  }

  roleOf(token: string): Role | null {
    const given = digestOf(token);
    const matching = this.digests.filter(({ digest }) => timingSafeEqual(digest, given));
    return matching[0]?.role ?? null;
  }
}

function digestOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
