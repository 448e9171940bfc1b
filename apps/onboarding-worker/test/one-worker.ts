import { randomUUID } from 'node:crypto';
import { Database, type RequestRecord, openOnboardings } from '#ledger';
import { type Logger, Metrics, createLogger } from '#observability';
import type { CreateAnswer, CustomerSummary, PartnerCenterClient, QueryAnswer } from '#partner-center';
import { customerData, startPostgres } from '#testing';
import { Gate } from '../src/lease/gate.js';
import { Lease } from '../src/lease/lease.js';
import { OnboardingService, type OnboardingSettings } from '../src/onboarding/onboarding.service.js';
import { PauseKeeper } from '../src/onboarding/pause-keeper.js';
import { Recorder } from '../src/onboarding/recorder.js';

type Create = PartnerCenterClient['customers']['create'];
export type CreateCall = Parameters<Create>[0] & { options: Parameters<Create>[1] };

export interface OneWorkerOptions {
  create: (call: CreateCall) => Promise<CreateAnswer>;
  /** What the probe of the token endpoint finds; a token unless told. */
  checkToken?: PartnerCenterClient['checkToken'];
  /** What our customer list answers; nobody is in it unless told. */
  search?: () => Promise<QueryAnswer<CustomerSummary[]>>;
  settings?: Partial<OnboardingSettings>;
  leaseMs?: number;
}

/** A migrated ledger in a database of its own. */
export async function openLedger(): Promise<Database> {
  const url = await (await startPostgres()).createDatabase();
  const db = new Database({ url, poolMax: 10 });
  await db.migrate();
  return db;
}

export function quiet(): Logger {
  return createLogger({ level: 'silent' });
}

/** The onboarding half of one worker on a real ledger; what the service answers is up to the test. */
export class OneWorker {
  readonly gate: Gate;
  readonly lease: Lease;
  readonly onboarding: OnboardingService;
  private readonly recorder: Recorder;

  constructor(
    readonly db: Database,
    private readonly options: OneWorkerOptions,
  ) {
    const nowMs = (): number => performance.now();
    const log = quiet();
    const leaseMs = options.leaseMs ?? 10_000;
    const client = this.fakeClient();
    this.gate = new Gate(leaseMs, nowMs);
    this.lease = new Lease({
      ...{ db, gate: this.gate, log, nowMs },
      settings: { leaseMs, callTimeoutMs: 1_000 },
      onExpired: () => this.onboarding.forgetQueue(),
      onPulse: () => this.onboarding.hurry(),
      onTakenOver: () => this.onboarding.hurry(),
    });
    const pauses = new PauseKeeper({ db, client, gate: this.gate, log, settings: { probeIntervalMs: 200 } });
    this.recorder = new Recorder({
      ...{ db, log },
      workerId: () => this.lease.workerId,
      nowMs,
      onRecorded: (service) => void pauses.onServiceState(service),
    });
    this.onboarding = new OnboardingService({
      ...{ db, client, pauses, log, nowMs },
      ...{ lease: this.lease, gate: this.gate, recorder: this.recorder, sealer: null, metrics: new Metrics() },
      settings: { ...SETTINGS, ...options.settings },
    });
  }

  async start(): Promise<this> {
    await this.lease.start();
    this.recorder.start();
    this.onboarding.start();
    return this;
  }

  async stop(): Promise<void> {
    await this.onboarding.drain(0);
    await this.recorder.close();
    await this.lease.close();
  }

  private fakeClient(): PartnerCenterClient {
    const answered = <T>(value: T) => Promise.resolve({ kind: 'answered' as const, value });
    const fake = {
      customers: {
        create: (async (body, options) => ({
          ...(await this.options.create({ ...body, options })),
          call: { operation: 'customers.create', ...options.ids, httpStatus: null, code: null, msCv: null },
        })) as Create,
        search: this.options.search ?? (() => answered([])),
      },
      domains: { isAvailable: () => answered(true) },
      auditRecords: { search: () => answered([]) },
      checkToken: this.options.checkToken ?? (() => Promise.resolve({ ok: true as const })),
    };
    return fake as unknown as PartnerCenterClient;
  }
}

const SETTINGS: OnboardingSettings = {
  concurrencyMax: 10,
  attemptsMax: 8,
  retryDelayMinMs: 10,
  retryDelayMaxMs: 100,
  probeIntervalMs: 200,
  reconcileWindowMs: 300,
  callTimeoutMs: 1_000,
  credentialsDelivery: 'discard',
  publisher: { eventSource: '/test', groupId: 'test' },
};

/** What the service answers when it makes the customer that was asked for. */
export function createdAnswer(call: CreateCall, tenantId: string = randomUUID()): CreateAnswer {
  const { domain } = call.companyProfile;
  const customer = { customerId: tenantId, tenantId, domain, companyName: 'North Bakery' };
  return { kind: 'created', httpStatus: 201, customer };
}

let offset = 0n;

export async function request(db: Database, ...correlationIds: string[]): Promise<void> {
  await db.transaction((tx) => openOnboardings(tx, correlationIds.map(aRecord)));
}

function aRecord(correlationId: string): RequestRecord {
  const domain = `${correlationId}.onmicrosoft.com`;
  const data = customerData(correlationId, { domain });
  return {
    ...{ correlationId, topic: 'requests', partition: 0, offset: offset++, timestampMs: 1, domain, country: 'US' },
    ...{ key: null, value: Buffer.from('{}'), headers: Buffer.alloc(0), data: JSON.stringify(data) },
    ...{
      digest: Buffer.from(correlationId),
      associatedPartnerId: null,
      causationId: null,
      traceparent: null,
      replays: 0,
    },
  };
}

export async function statesOf(db: Database): Promise<Record<string, string>> {
  const { rows } = await db.query<{ correlation_id: string; state: string }>(
    `SELECT correlation_id, state FROM onboarding`,
  );
  return Object.fromEntries(rows.map((row) => [row.correlation_id, row.state]));
}
