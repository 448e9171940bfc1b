import type { Cloud } from './clouds.js';

/** What the client needs to know, once, at start. Addresses are without `/v1` (contract 6). */
export interface PartnerCenterOptions {
  cloud: Cloud;
  /** Overrides the cloud's address of the API; http is allowed. */
  baseUrl?: string | undefined;
  /** Overrides the cloud's address of the token service; http is allowed. */
  authorityUrl?: string | undefined;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** Turns App+User on. */
  refreshToken?: string | undefined;
  tokenVersion?: 'v1' | 'v2' | undefined;
  /** From the first byte of a request to the last byte of its answer. */
  timeoutMs: number;
  /** Create calls at once; some sockets more are kept for reads. */
  maxConcurrency: number;
  /**
   * Called with every new refresh token the service hands out, and awaited before the access token is used: keep it
   * where a restart finds it. A rejection is ignored here: report it yourself.
   */
  onRotated?: ((refreshToken: string) => Promise<void>) | undefined;
  /** Reads the newest refresh token that was kept: at start, and when the one in use is refused. */
  storedRefreshToken?: (() => Promise<string | null>) | undefined;
  /**
   * One call for every request that was begun, for metrics. `operation` is one of `OPERATIONS` or
   * `token`, `status` an HTTP status or one of a few words (`timeout`, `connection-lost`, `not-sent`).
   */
  observe?: ((operation: string, status: string, seconds: number) => void) | undefined;
  /** Told the number of `/v1` requests under way whenever it changes. */
  onInFlight?: ((inFlight: number) => void) | undefined;
}
