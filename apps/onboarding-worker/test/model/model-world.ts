import type { Database } from '#ledger';
import type { KafkaRecord } from '#kafka';
import { PartnerCenterClient } from '#partner-center';
import { customerData } from '#testing';
import { RecordTaker } from '../../src/intake/record-taker.js';
import { Crew } from './crew.js';
import { type Look, lookAt, wipe } from './look.js';
import { ModelSimulator } from './model-simulator.js';
import { LEASE_MS, PUBLISHER } from './model-worker.js';
import type { Sequence } from './steps.js';
import { VirtualTime, openVirtualLedger } from './virtual-time.js';

const POOL_MAX = 6;
/** Real time: only a call that hangs waits for it. */
const CALL_TIMEOUT_MS = 250;

export interface Request {
  correlationId: string;
  domain: string;
  companyName: string;
  email: string;
  isReplay: boolean;
}

/** One ledger, one simulator and the workers of one sequence after the other, all in one virtual time. */
export class ModelWorld {
  readonly crew: Crew;
  announcedAgain = 0;
  /** Living workers that were taken for dead. */
  wronglyExpired = 0;
  /** Looks at the ledger by the turn that they ended. */
  readonly looks = new Map<number, Look & { atMs: number }>();
  /** Turns in which a worker may not have told, or not have heard of, a pause: it died, froze, thawed, stopped or waited in vain. */
  readonly blindTurns = new Set<number>();
  private readonly client: PartnerCenterClient;
  private readonly taker: RecordTaker;
  private offset = 0n;

  private constructor(
    readonly time: VirtualTime,
    readonly db: Database,
    readonly simulator: ModelSimulator,
  ) {
    this.client = new PartnerCenterClient({
      ...{ cloud: 'global', baseUrl: simulator.url, authorityUrl: simulator.url, tenantId: 'partner' },
      ...{ clientId: 'app', clientSecret: 'secret', timeoutMs: CALL_TIMEOUT_MS, maxConcurrency: 8 },
      observe: (_, status) => status === 'timeout' && this.blindTurns.add(time.turn),
    });
    const onWronglyExpired = (): void => void (this.wronglyExpired += 1);
    this.crew = new Crew({ ledger: db, service: this.client, time, onWronglyExpired });
    this.taker = new RecordTaker({
      decode: { groupId: PUBLISHER.groupId, checkRules: () => [] },
      publisher: PUBLISHER,
      databaseNowMs: time.epochMs,
    });
  }

  static async open(): Promise<ModelWorld> {
    const time = new VirtualTime();
    const [db, simulator] = await Promise.all([openVirtualLedger(POOL_MAX), ModelSimulator.start(time)]);
    return new ModelWorld(time, db, simulator);
  }

  async close(): Promise<void> {
    await this.crew.clear();
    await this.client.close();
    await this.simulator.close();
    await this.db.close();
  }

  /** Everything as before the first record, and the machine's time. */
  async begin({ settings, workers }: Pick<Sequence, 'settings' | 'workers'>): Promise<void> {
    await this.crew.clear();
    await this.simulator.control('POST', 'reset', {});
    await Promise.all([this.simulator.control('PUT', 'settings', settings), this.time.reset(this.db), wipe(this.db)]);
    this.announcedAgain = 0;
    this.wronglyExpired = 0;
    this.looks.clear();
    this.blindTurns.clear();
    for (let n = 0; n < workers; n++) await this.crew.grow();
  }

  /** A worker ends as on SIGTERM, and another one starts. */
  async restart(): Promise<void> {
    const worker = this.crew.somebody;
    if (!worker) return;
    await this.crew.replace(worker);
    this.blindTurns.add(this.time.turn);
  }

  thaw(): void {
    if (this.crew.hasFrozen) this.blindTurns.add(this.time.turn).add(this.time.turn + 1);
    this.crew.thaw();
  }

  async take(request: Request): Promise<void> {
    const { results } = await this.db.transaction((tx) =>
      this.taker.take(tx, this.taker.prepare([this.record(request)])),
    );
    this.announcedAgain += results['announced-again'] ?? 0;
  }

  /** Moves the time, lets every worker look at it and do what is due until nothing more happens. */
  async turn(ms: number): Promise<Look> {
    await this.time.advance(this.db, ms);
    const mishapsBefore = this.crew.mishapsMet;
    await this.crew.work();
    if (this.crew.mishapsMet > mishapsBefore) this.blindTurns.add(this.time.turn);
    const look = await lookAt(this.db);
    this.looks.set(this.time.turn, { ...look, atMs: this.time.epochMs() });
    return look;
  }

  /** To the next moment at which something is due, in steps that a living worker's lease survives if it has to take over. */
  async turnToNext(): Promise<Look> {
    const { nextInMs, isOrphaned } = this.looks.get(this.time.turn) ?? (await lookAt(this.db));
    const ms = nextInMs === null ? 1_000 : nextInMs + 2;
    return this.turn(isOrphaned ? Math.min(ms, LEASE_MS / 4) : ms);
  }

  private record({ correlationId, domain, companyName, email, isReplay }: Request): KafkaRecord {
    const data = customerData(domain, { domain, billingProfile: { companyName, email } });
    const headers: [string, Buffer][] = [['correlation-id', Buffer.from(correlationId)]];
    if (isReplay) headers.push(['replay-id', Buffer.from('r1')]);
    return {
      ...{ topic: 'requests', partition: 0, offset: this.offset++, timestampMs: Math.floor(this.time.epochMs()) },
      ...{ key: null, value: Buffer.from(JSON.stringify(data)), headers },
    };
  }
}
