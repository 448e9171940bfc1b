import { type Database, erasePayloads, erasePlannedRecords } from '#ledger';
import type { Logger } from '#observability';
import { Wake } from './lease/wake.js';

const ROUND_MS = 60_000;
const ROUND_AT_ONCE_MS = 1_000;
const ROWS_MAX = 1_000;

/**
 * Erases payloads of onboardings that ended long enough ago, and of plans of replays that were made as long ago (P8,
 * PAYLOAD_RETENTION_DAYS); 0 days means at once, after a day for plans.
 */
export class PayloadEraser {
  private readonly wake = new Wake();
  private loop: Promise<void> | null = null;
  private isClosing = false;

  constructor(
    private readonly db: Database,
    private readonly retentionDays: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.loop = this.run();
  }

  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await this.loop;
  }

  private async run(): Promise<void> {
    const roundMs = this.retentionDays === 0 ? ROUND_AT_ONCE_MS : ROUND_MS;
    while (!this.isClosing) {
      await this.wake.wait(roundMs);
      try {
        while (!this.isClosing && (await erasePayloads(this.db, this.retentionDays, ROWS_MAX)) === ROWS_MAX);
        while (!this.isClosing && (await erasePlannedRecords(this.db, this.retentionDays, ROWS_MAX)));
      } catch (error) {
        this.log.warn({ err: error }, 'payloads could not be erased yet');
      }
    }
  }
}
