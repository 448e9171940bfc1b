import pg from 'pg';

export type WakeUp = 'work' | 'outbox' | 'pause' | 'replay';
const CHANNEL = 'onboarding_wake_up';
const RECONNECT_DELAY_MS = 1_000;
const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/** SQL expression that wakes the other workers when the statement commits; every waiter also polls. */
export function wakeUpSql(what: WakeUp): string {
  return `pg_notify('${CHANNEL}', '${what}')`;
}

/**
 * Listens for wake-ups of other workers on a connection of its own. Only a hint: while the connection is down the polls
 * behind every wait find the same work, later.
 */
export class WakeUpListener {
  private client: pg.Client | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(
    private readonly url: string,
    private readonly onWakeUp: (what: WakeUp) => void,
  ) {}

  async start(): Promise<void> {
    if (this.closed) return;
    const client = new pg.Client({
      connectionString: this.url,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      application_name: 'customer-onboarding',
    });
    this.client = client;
    client.on('notification', (message) => this.onWakeUp(message.payload as WakeUp));
    client.on('error', () => this.reconnectLater(client));
    client.on('end', () => this.reconnectLater(client));
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
    } catch {
      this.reconnectLater(client);
    }
  }

  private reconnectLater(client: pg.Client): void {
    if (this.closed || this.client !== client) return;
    this.client = null;
    client.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(), RECONNECT_DELAY_MS);
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }
}
