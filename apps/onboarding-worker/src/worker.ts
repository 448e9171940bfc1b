import { KafkaBatchServer, RelayPublisher, TopicReader, type TopicsReport } from '#kafka';
import { type Database, type Publisher, WakeUpListener, tellRulesInForce } from '#ledger';
import type { Logger, Metrics } from '#observability';
import { PartnerCenterClient, checkRules } from '#partner-center';
import type { Settings } from './config/settings.js';
import type { CredentialSealer } from './credentials/credential-sealer.js';
import { RefreshTokenVault } from './credentials/refresh-token-vault.js';
import { CountryRulesKeeper } from './intake/country-rules-keeper.js';
import { IntakeService } from './intake/intake.service.js';
import { RecordTaker } from './intake/record-taker.js';
import { Gate } from './lease/gate.js';
import { Lease } from './lease/lease.js';
import { OnboardingService } from './onboarding/onboarding.service.js';
import { PauseKeeper } from './onboarding/pause-keeper.js';
import { Recorder } from './onboarding/recorder.js';
import { PayloadEraser } from './payload-eraser.js';
import { OutboxRelay } from './relay/outbox-relay.js';
import { LostReplays } from './replay/lost-replays.js';
import { ReplayDriver } from './replay/replay-driver.js';

export interface WorkerOptions {
  settings: Settings;
  log: Logger;
  metrics: Metrics;
  db: Database;
  sealer: CredentialSealer | null;
  topics: TopicsReport;
  onFatal: (error: Error) => void;
}

const DRAIN_GRACE_MS = 15_000;

/**
 * The parts of one worker and how they wake each other: intake → onboarding → relay, and what drives replays. Each part finds its work in the
 * ledger by itself too; a wake-up only makes it sooner.
 */
export class Worker {
  readonly gate: Gate;
  readonly lease: Lease;
  readonly onboarding: OnboardingService;
  readonly intake: IntakeService;
  readonly server: KafkaBatchServer;
  private readonly recorder: Recorder;
  private readonly countryRules: CountryRulesKeeper;
  readonly relay: OutboxRelay;
  private readonly replays: ReplayDriver;
  private readonly lostReplays: LostReplays;
  private readonly reader: TopicReader;
  private readonly eraser: PayloadEraser;
  private readonly vault: RefreshTokenVault | null;
  private readonly client: PartnerCenterClient;
  private readonly wakeUps: WakeUpListener;

  constructor(private readonly options: WorkerOptions) {
    const { settings, log, metrics, db } = options;
    const nowMs = (): number => performance.now();
    const publisher = { eventSource: settings.process.eventSource, groupId: settings.kafka.groupId };
    this.gate = new Gate(settings.work.workerLeaseMs, nowMs);
    this.lease = this.createLease(options, nowMs);
    this.vault = createVault(options);
    this.client = createClient(options, this.vault);
    const { client, gate } = this;
    const pauses = new PauseKeeper({ db, client, gate, log, settings: settings.work });
    this.countryRules = new CountryRulesKeeper({ client, gate, pauses, log, nowMs });
    this.recorder = new Recorder({
      db,
      log,
      workerId: () => this.lease.workerId,
      nowMs,
      onRecorded: (service, published) => {
        void pauses.onServiceState(service);
        if (published > 0) this.relay.hurry();
      },
    });
    this.onboarding = new OnboardingService({
      db,
      client: this.client,
      lease: this.lease,
      gate: this.gate,
      pauses,
      recorder: this.recorder,
      sealer: options.sealer,
      metrics,
      log,
      nowMs,
      settings: onboardingSettings(settings, publisher),
    });
    this.relay = createRelay(options, this.lease, nowMs);
    const topic = settings.kafka.topics.requested;
    this.replays = new ReplayDriver({ db, topic, log, onSent: () => this.relay.hurry() });
    this.reader = new TopicReader({ settings: settings.kafka, log });
    this.lostReplays = new LostReplays({ db, reader: this.reader, topic, log });
    this.server = new KafkaBatchServer({
      settings: settings.kafka,
      log,
      groupId: settings.kafka.groupId,
      topicOf: () => settings.kafka.topics.requested,
      onAssigned: (partitions, generation) => void this.intake.begin(partitions, generation),
      onFatal: options.onFatal,
    });
    this.intake = this.createIntake(options, publisher);
    this.eraser = new PayloadEraser(db, settings.process.payloadRetentionDays, log);
    this.wakeUps = new WakeUpListener(settings.database.url, (what) => {
      if (what === 'work') this.onboarding.hurry();
      if (what === 'outbox') this.relay.hurry();
      if (what === 'pause') this.lease.hurry();
      if (what === 'replay') this.replays.hurry();
    });
  }

  private createLease({ settings, log, db }: WorkerOptions, nowMs: () => number): Lease {
    const leaseMs = settings.work.workerLeaseMs;
    return new Lease({
      db,
      gate: this.gate,
      log,
      nowMs,
      settings: { leaseMs, callTimeoutMs: settings.partnerCenter.timeoutMs },
      onExpired: () => this.onboarding.forgetQueue(),
      onPulse: () => this.gate.mayStart() && this.onboarding.hurry(),
      onTakenOver: () => {
        this.onboarding.hurry();
        this.relay.hurry();
      },
    });
  }

  private createIntake({ settings, log, metrics, db }: WorkerOptions, publisher: Publisher): IntakeService {
    return new IntakeService({
      db,
      taker: new RecordTaker({
        decode: { groupId: settings.kafka.groupId, checkRules: rulesOf(settings, this.countryRules) },
        publisher,
        databaseNowMs: () => this.lease.databaseNowMs(),
      }),
      logBounds: (topic) => this.server.logBounds(topic),
      recordAt: ({ topic, partition }, offset) => this.reader.recordAt(topic, partition, offset),
      seek: (partition, offset, generation) => this.server.seek(partition, offset, generation),
      settings: settings.work,
      metrics,
      log,
      nowMs: () => performance.now(),
      onTaken: () => {
        this.onboarding.hurry();
        this.relay.hurry();
      },
    });
  }

  /** Starts everything but the Kafka consumer, which Nest starts with the server. */
  async start(): Promise<void> {
    await this.lease.start();
    await this.wakeUps.start();
    await tellRulesInForce(this.options.db, rulesInForce(this.options.settings));
    this.recorder.start();
    this.onboarding.start();
    this.relay.start();
    this.replays.start();
    this.lostReplays.start();
    this.eraser.start();
  }

  /** After the consumer was closed: lets calls end or breaks them off, records and publishes them, hands everything back. */
  async stop(): Promise<void> {
    await Promise.all([this.replays.close(), this.lostReplays.close()]);
    await this.reader.close();
    await this.onboarding.drain(DRAIN_GRACE_MS);
    await this.recorder.close();
    await this.eraser.close();
    await this.relay.close();
    await this.wakeUps.close();
    await this.lease.close();
    await this.client.close();
    await this.vault?.close();
  }
}

function createVault({ settings, db, log }: WorkerOptions): RefreshTokenVault | null {
  const { tenantId, clientId, refreshToken } = settings.partnerCenter;
  const { ledgerKey } = settings.credentials;
  if (refreshToken === null || ledgerKey === null) return null;
  return new RefreshTokenVault({ db, log, ledgerKey, tenantId, clientId, refreshToken });
}

function createClient({ settings, metrics }: WorkerOptions, vault: RefreshTokenVault | null): PartnerCenterClient {
  const { partnerCenter, work } = settings;
  return new PartnerCenterClient({
    ...partnerCenter,
    refreshToken: partnerCenter.refreshToken ?? undefined,
    onRotated: vault === null ? undefined : (token) => vault.keep(token),
    storedRefreshToken: vault === null ? undefined : () => vault.read(),
    maxConcurrency: work.createConcurrencyMax,
    observe: (operation, status, seconds) => metrics.requestDuration.observe({ operation, status }, seconds),
    onInFlight: (count) => metrics.concurrency.set(count),
  });
}

function createRelay(
  { settings, log, metrics, db, topics }: WorkerOptions,
  lease: Lease,
  nowMs: () => number,
): OutboxRelay {
  const names = settings.kafka.topics;
  const maxMessageBytes = new Map([
    [names.requested, topics.facts.requested.maxMessageBytes],
    [names.created, topics.facts.created.maxMessageBytes],
    [names.rejected, topics.facts.rejected.maxMessageBytes],
    [names.deadLetter, topics.facts.deadLetter.maxMessageBytes],
  ]);
  const createPublisher = (ledgerId: string): RelayPublisher =>
    new RelayPublisher({
      settings: settings.kafka,
      log,
      groupId: settings.kafka.groupId,
      ledgerId,
      topics: names,
      maxMessageBytes,
    });
  return new OutboxRelay({ db, lease, log, metrics, nowMs, settings: { topics: names, createPublisher } });
}

/** What the rules depend on beside the event. */
function rulesInForce({ partnerCenter: { cloud, refreshToken } }: Settings): {
  cloud: Settings['partnerCenter']['cloud'];
  hasUserAuth: boolean;
} {
  return { cloud, hasUserAuth: refreshToken !== null };
}

function rulesOf(
  settings: Settings,
  countryRules: CountryRulesKeeper,
): (data: Parameters<typeof checkRules>[0]) => ReturnType<typeof checkRules> {
  const inForce = rulesInForce(settings);
  return (data) => {
    const violations = checkRules(data, { ...inForce, countryRules: countryRules.rules });
    const isOfCountry = violations.some(({ source }) => source === 'country');
    if (isOfCountry) countryRules.haveRefused(data.billingProfile.defaultAddress.country);
    return violations;
  };
}

function onboardingSettings(
  { work, credentials, partnerCenter }: Settings,
  publisher: { eventSource: string; groupId: string },
): ConstructorParameters<typeof OnboardingService>[0]['settings'] {
  return {
    concurrencyMax: work.createConcurrencyMax,
    attemptsMax: work.createAttemptsMax,
    retryDelayMinMs: work.retryDelayMinMs,
    retryDelayMaxMs: work.retryDelayMaxMs,
    probeIntervalMs: work.probeIntervalMs,
    reconcileWindowMs: work.reconcileWindowMs,
    callTimeoutMs: partnerCenter.timeoutMs,
    credentialsDelivery: credentials.delivery,
    publisher,
  };
}
