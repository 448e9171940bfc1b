import type { Admin } from 'kafkajs';
import { createKafka, type KafkaSettings } from './client.js';
import { withDeadline } from './deadline.js';
import type { KafkaLog } from './log.js';

const DISCONNECT_DEADLINE_MS = 1_000;

/**
 * One admin client for many callers, connected when first used. After an error it is replaced: kafkajs does not
 * always find its way back to a broker that was restarted.
 */
export class AdminConnection {
  private connecting: Promise<Admin> | null = null;

  constructor(
    private readonly settings: KafkaSettings,
    private readonly log: KafkaLog,
  ) {}

  /** Runs `work` with the connected client and passes on what it returns or throws. */
  async use<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const mine = (this.connecting ??= this.connect());
    try {
      return await work(await mine);
    } catch (error) {
      if (this.connecting === mine) await this.close();
      throw error;
    }
  }

  /** Ends within a second, also while a cluster that does not answer is still being connected to. */
  async close(): Promise<void> {
    const { connecting } = this;
    this.connecting = null;
    if (connecting === null) return;
    const disconnecting = connecting.then((admin) => admin.disconnect());
    await withDeadline(disconnecting, DISCONNECT_DEADLINE_MS, 'disconnecting').catch(() => undefined);
  }

  private async connect(): Promise<Admin> {
    const retry = { initialRetryTime: 20, maxRetryTime: 500, multiplier: 2, factor: 0.2, retries: 6 };
    const admin = createKafka(this.settings, this.log).admin({ retry });
    await admin.connect();
    return admin;
  }
}
