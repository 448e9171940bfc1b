import { randomBytes } from 'node:crypto';
import type { CrmRecord } from './customer-request.js';
import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { type NodeProcess, spawnNode } from './node-process.js';
import { createDatabase, dropDatabase, queryDatabase } from './postgres-client.js';
import { fromRepository } from './repository.js';
import { SimulatorProcess } from './simulator-process.js';
import { type ReadRecord, TopicLog } from './topic-log.js';

export interface SystemOptions {
  brokers: string;
  /** Server address; the system makes a database of its own there. */
  databaseUrl: string;
  /** Settings of contract 6 for every worker, beside those that point at the parts. */
  settings?: Record<string, string>;
  simulator?: Record<string, unknown>;
  partitions?: number;
  /** Begins the names of topics, group and database; a random one unless it is given. */
  name?: string;
}

export interface Readiness {
  status: string;
  parts: {
    kafka: { status: string };
    database: { status: string };
    partnerCenter: { status: string; reason?: string };
  };
  pending: number;
  held: number;
  oldestPendingSeconds: number;
  recordsLost: number;
}

/** As `npm start` runs the worker: the heap stays small. */
const NODE_OPTIONS_OF_START = '--max-semi-space-size=16 --max-old-space-size=144';

/** One worker process of the system. */
export class WorkerProcess {
  constructor(
    readonly process: NodeProcess,
    readonly url: string,
  ) {}

  async readiness(): Promise<Readiness> {
    return (await (await fetch(`${this.url}/health/ready`)).json()) as Readiness;
  }

  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }
}

type TopicName = 'requested' | 'created' | 'rejected' | 'deadLetter';

/**
 * The whole system from outside: a simulator, workers started from the built app, topics and a database of its own on
 * parts that others share. Driven by records, faults, signals and HTTP; looked at through topics, the simulator's book
 * and health.
 */
export class OnboardingSystem {
  readonly workers: WorkerProcess[] = [];
  private constructor(
    readonly log: TopicLog,
    readonly simulator: SimulatorProcess,
    readonly topics: Record<TopicName, string>,
    readonly settings: Record<string, string>,
  ) {}

  static async start(options: SystemOptions): Promise<OnboardingSystem> {
    const id = options.name ?? randomBytes(5).toString('hex');
    const [simulator, database] = await Promise.all([
      SimulatorProcess.start(options.simulator),
      createDatabase(options.databaseUrl, `onboarding_${id}`),
    ]);
    const topics = {
      requested: `${id}.customer-requested`,
      created: `${id}.customer-created`,
      rejected: `${id}.customer-rejected`,
      deadLetter: `${id}.customer-requested.dead-letter`,
    };
    const settings = {
      KAFKA_BROKERS: options.brokers,
      KAFKA_GROUP_ID: `onboarding-${id}`,
      KAFKA_TOPIC_PARTITIONS: String(options.partitions ?? 3),
      DATABASE_URL: database,
      TOPIC_CUSTOMER_REQUESTED: topics.requested,
      TOPIC_CUSTOMER_CREATED: topics.created,
      TOPIC_CUSTOMER_REJECTED: topics.rejected,
      TOPIC_DEAD_LETTER: topics.deadLetter,
      PARTNER_CENTER_BASE_URL: simulator.url,
      PARTNER_CENTER_AUTHORITY_URL: simulator.url,
      PARTNER_CENTER_TENANT_ID: '9f0ac3d1-4f5b-4b0e-8d6e-1a2b3c4d5e6f',
      PARTNER_CENTER_CLIENT_ID: '0b9a4c1e-52b7-4a53-8b8e-6d2f7c1a9e30',
      PARTNER_CENTER_CLIENT_SECRET: 'a-client-secret',
      CREDENTIALS_DELIVERY: 'discard',
      ...options.settings,
    };
    return new OnboardingSystem(new TopicLog(options.brokers), simulator, topics, settings);
  }

  /** Starts a worker and waits until it is ready (`untilReady: false`: until it runs). */
  async startWorker(settings: Record<string, string> = {}, { untilReady = true } = {}): Promise<WorkerProcess> {
    const port = await freePort();
    const env = { NODE_OPTIONS: NODE_OPTIONS_OF_START, ...this.settings, ...settings, PORT: String(port) };
    const process = await spawnNode(fromRepository('dist/apps/onboarding-worker/src/main.js'), env, {
      maxOutputBytes: 64 * 1024 * 1024,
    });
    const worker = new WorkerProcess(process, `http://127.0.0.1:${port}`);
    this.workers.push(worker);
    if (untilReady) {
      await eventually(
        async () => {
          if (process.hasExited)
            throw new Error(`the worker ended: ${process.stdout.slice(-2_000)}${process.stderr.slice(-2_000)}`);
          return (await fetch(`${worker.url}/health/ready`)).ok;
        },
        { what: 'the worker to be ready', timeoutMs: 60_000, intervalMs: 50 },
      );
    }
    return worker;
  }

  request(records: CrmRecord[]): Promise<void> {
    return this.log.write(this.topics.requested, records);
  }

  read(topic: TopicName): Promise<ReadRecord[]> {
    return this.log.readAll(this.topics[topic]);
  }

  /** CustomerCreated data by correlation id; throws when one was published twice. */
  async created(): Promise<Map<string, Record<string, unknown>>> {
    const events = new Map<string, Record<string, unknown>>();
    for (const record of await this.read('created')) {
      const data = JSON.parse(String(record.value)) as Record<string, unknown>;
      const id = String(data['correlationId']);
      if (events.has(id)) throw new Error(`CustomerCreated of ${id} is on the topic twice`);
      events.set(id, data);
    }
    return events;
  }

  /** Waits until every request was taken, nothing is pending and the outbox is empty. */
  async settled(timeoutMs = 60_000): Promise<void> {
    await eventually(
      async () => {
        const worker = this.workers.find(({ process }) => !process.hasExited);
        if (!worker) throw new Error('no worker is running');
        // In this order: what was taken is pending or more, what is no longer pending is in the outbox or sent.
        const isTaken = await this.log.isConsumed(this.settings['KAFKA_GROUP_ID'] ?? '', this.topics.requested);
        if (!isTaken) throw new Error('not every request was taken');
        const { status, pending } = await worker.readiness();
        // A worker that has just started knows nothing yet and says so by being unready.
        if (status === 'unready') throw new Error('the worker is not ready');
        const unsent = /^onboarding_outbox_unsent (\d+)/m.exec(await worker.metrics())?.[1];
        if (pending > 0 || unsent !== '0') throw new Error(`${pending} pending, ${unsent} unsent`);
        return true;
      },
      { what: 'everything to be settled', timeoutMs, intervalMs: 100 },
    );
  }

  /** True when the group is stable with a member for each running worker. */
  areConsuming(): Promise<boolean> {
    const running = this.workers.filter(({ process }) => !process.hasExited).length;
    return this.log.isStable(this.settings['KAFKA_GROUP_ID'] ?? '', running);
  }

  /** Rows of the ledger, for what cannot be seen from outside. */
  query(sql: string): Promise<Record<string, unknown>[]> {
    return queryDatabase(this.settings['DATABASE_URL'] ?? '', sql);
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map(({ process }) => process.stop()));
    await this.simulator.stop();
    await this.log.close();
  }

  /** After `stop`: takes the topics, groups and the database off parts that go on without this system. */
  async remove(databaseUrl: string): Promise<void> {
    const groupId = this.settings['KAFKA_GROUP_ID'] ?? '';
    await this.log.remove(Object.values(this.topics), [groupId, `${groupId}.relay`]);
    await dropDatabase(databaseUrl, this.settings['DATABASE_URL'] ?? databaseUrl);
  }
}
