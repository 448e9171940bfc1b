/** What chaos.ts is asked for, and what it found. */

export interface ChaosOptions {
  workers: number;
  kills: number;
  events: number;
  /** Of each create call. */
  latencyMs: number;
  seed: number;
  settings?: Record<string, string>;
}

export interface Kill {
  /** Since the requests were written. */
  atMs: number;
  /** How many tenants there were. */
  tenants: number;
  /** Create calls under way at the moment of the kill, of all workers. */
  callsUnderWay: number;
  /** Tenants that calls made which began after the kill. */
  tenantsLeft: number;
  /** Until the first of them was made; null: there is none, or the next kill came first. */
  untilNextTenantMs: number | null;
  /** Until the next CustomerCreated was written; null: none was left to write. */
  untilNextEventMs: number | null;
}

export interface ChaosReport extends Required<Omit<ChaosOptions, 'settings'>> {
  tenants: number;
  surplusTenants: number;
  /** Asked for, but neither created nor dead-lettered. */
  lost: number;
  announcedTwice: number;
  deadLetters: number;
  creates: number;
  durationMs: number;
  killed: Kill[];
}
