import { Metrics } from '#observability';
import type { Database, Queryable } from '#ledger';
import type { CallOptions, PartnerCenterClient } from '#partner-center';
import { Gate } from '../../src/lease/gate.js';
import { Lease } from '../../src/lease/lease.js';
import { OnboardingService } from '../../src/onboarding/onboarding.service.js';
import { PauseKeeper } from '../../src/onboarding/pause-keeper.js';
import { Recorder } from '../../src/onboarding/recorder.js';
import { quiet } from '../one-worker.js';
import { Machine, type Pace } from './machine.js';
import type { VirtualTime } from './virtual-time.js';

export const PUBLISHER = { eventSource: '/model', groupId: 'model' };
export const LEASE_MS = 10_000;
export const RETRY_DELAY_MIN_MS = 1_000;
const PROBE_INTERVAL_MS = 5_000;
const RECONCILE_WINDOW_MS = 60_000;
const CALL_TIMEOUT_MS = 20_000;

const SETTINGS = {
  concurrencyMax: 4,
  attemptsMax: 3,
  retryDelayMinMs: RETRY_DELAY_MIN_MS,
  retryDelayMaxMs: 300_000,
  probeIntervalMs: PROBE_INTERVAL_MS,
  reconcileWindowMs: RECONCILE_WINDOW_MS,
  callTimeoutMs: CALL_TIMEOUT_MS,
  credentialsDelivery: 'discard',
  publisher: PUBLISHER,
} as const;

const metrics = new Metrics();
const log = quiet();

/** What all workers of a world share. */
export interface Surroundings {
  ledger: Database;
  service: PartnerCenterClient;
  time: VirtualTime;
  pace: Pace;
  /** A worker that never froze finds itself taken for dead. */
  onWronglyExpired: () => void;
}

/** The onboarding half of one worker as it is wired in the app, on a machine of its own and in virtual time. */
export class ModelWorker {
  readonly machine: Machine;
  private readonly lease: Lease;
  private readonly onboarding: OnboardingService;
  private readonly recorder: Recorder;

  constructor({ ledger, service, time, pace, onWronglyExpired }: Surroundings) {
    this.machine = new Machine(pace);
    const db = onMachine(ledger, this.machine);
    const client = callsOnMachine(service, this.machine);
    const nowMs = time.monotonicMs;
    const gate = new Gate(LEASE_MS, nowMs);
    this.lease = new Lease({
      ...{ db, gate, log, nowMs, settings: { leaseMs: LEASE_MS, callTimeoutMs: CALL_TIMEOUT_MS } },
      onExpired: () => {
        this.onboarding.forgetQueue();
        if (!this.machine.hasBeenFrozen) onWronglyExpired();
      },
      onPulse: () => this.onboarding.hurry(),
      onTakenOver: () => this.onboarding.hurry(),
    });
    const pauses = new PauseKeeper({ db, client, gate, log, settings: SETTINGS });
    this.recorder = new Recorder({
      ...{ db, log, nowMs, workerId: () => this.lease.workerId },
      onRecorded: (state) => void pauses.onServiceState(state),
    });
    this.onboarding = new OnboardingService({
      ...{ db, client, gate, pauses, metrics, log, nowMs },
      ...{ lease: this.lease, recorder: this.recorder, sealer: null, settings: SETTINGS },
    });
  }

  async start(): Promise<void> {
    await this.lease.start();
    this.machine.join();
    this.recorder.start();
    this.onboarding.start();
  }

  /** Looks at the pauses and for work, now. */
  hurry(): void {
    this.lease.hurry();
  }

  /** No statement, no call and no step is going on; what a frozen or dead worker has in hand does not count. */
  get isStill(): boolean {
    const { isDead, isFrozen, isQuiet } = this.machine;
    return isQuiet && (isDead || isFrozen || this.onboarding['working'].size === 0);
  }

  /** What it is at, for a person who looks for the reason of a failure. */
  toString(): string {
    const [steps, outcomes] = [this.onboarding['working'].size, this.recorder['waiting'].length];
    return `${String(this.machine)}, ${steps} steps, ${outcomes} outcomes not on their way`;
  }

  /** Ends as on SIGTERM. */
  async stop(): Promise<void> {
    this.machine.calm();
    this.machine.leave();
    await this.onboarding.drain(0);
    await this.recorder.close();
    await this.lease.close();
  }

  /** Ends as on SIGKILL; its loops end with it. */
  kill(): void {
    this.machine.die();
    this.machine.calm();
    void this.onboarding.drain(0);
    void this.recorder.close();
    void this.lease.close();
  }
}

function onMachine(ledger: Database, machine: Machine): Database {
  const query: Database['query'] = (text, values) => machine.statement(() => ledger.query(text, values));
  const inTransaction = (tx: Queryable): Queryable => ({
    query: (text, values) => machine.inTransaction(() => tx.query(text, values)),
  });
  const transaction: Database['transaction'] = (work) =>
    machine.transaction(() => ledger.transaction((tx) => work(inTransaction(tx))));
  return { query, transaction } as Database;
}

function callsOnMachine(service: PartnerCenterClient, machine: Machine): PartnerCenterClient {
  const isAwake = (): boolean => !machine.isDead && !machine.isFrozen;
  const through =
    <Query, Answer>(send: (query: Query, options: CallOptions) => Promise<Answer>): typeof send =>
    (query, options) =>
      machine.call(() => send(query, { ...options, mayStart: () => isAwake() && options.mayStart() }));
  const { customers, domains, auditRecords } = service;
  const calls = {
    customers: {
      create: through(customers.create.bind(customers)),
      search: through(customers.search.bind(customers)),
    },
    domains: { isAvailable: through(domains.isAvailable.bind(domains)) },
    auditRecords: { search: through(auditRecords.search.bind(auditRecords)) },
    checkToken: (signal: AbortSignal) => machine.call(() => service.checkToken(signal)),
  };
  return calls as unknown as PartnerCenterClient;
}
