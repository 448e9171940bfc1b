/** The real parts below the demo: Kafka, PostgreSQL, the simulator, two workers; and how all of them go away again. */
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { OnboardingSystem, type KafkaInstance, type PostgresInstance, startKafka, startPostgres } from '#testing';
import { demoFolder } from './running.ts';

export interface Parts {
  kafka: KafkaInstance;
  postgres: PostgresInstance;
  system: OnboardingSystem;
  /** Opens the credentials that CustomerCreated carries. */
  recipientKey: KeyObject;
}

/** As in production, but with short waits, so that nobody has to watch five minutes of nothing. */
const SETTINGS = {
  KAFKA_TOPIC_PARTITIONS: '6',
  CREATE_CONCURRENCY_MAX: '20',
  RETRY_DELAY_MIN_MS: '500',
  RETRY_DELAY_MAX_MS: '5000',
  RECONCILE_WINDOW_MS: '5000',
  PROBE_INTERVAL_MS: '1000',
  WORKER_LEASE_MS: '3000',
  PARTNER_CENTER_TIMEOUT_MS: '10000',
  CREDENTIALS_DELIVERY: 'event',
};

/** A create takes some seconds of the real service at its worst; tenants show in lists and logs a little later. */
const SIMULATOR = {
  createLatency: [150, 900],
  readLatency: [30, 150],
  tokenLatency: [50, 100],
  listDelay: 700,
  auditDelay: 1_500,
};

const STARTING_GRACE_MS = 5_000;

/** Undoes in reverse order what was begun, also what had only begun; `all` never throws. */
export class CleanUp {
  readonly #steps: (() => Promise<unknown>)[] = [];

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step);
  }

  async all(onFailure: (reason: string) => void): Promise<void> {
    for (;;) {
      const step = this.#steps.pop();
      if (!step) return;
      await step().catch((error: unknown) => onFailure(error instanceof Error ? error.message : String(error)));
    }
  }
}

export interface Progress {
  started: (part: string, where: string) => void;
}

export async function startParts(cleanUp: CleanUp, progress: Progress, signal: AbortSignal): Promise<Parts> {
  const folder = makeFolder(cleanUp);
  const [kafka, postgres] = await Promise.all([
    begin(startKafka(), (part) => part.stop(), cleanUp).then((part) => {
      progress.started('Kafka', `${origin(part.kind, 'a local Java process')} at ${part.brokers}`);
      return part;
    }),
    begin(startPostgres(), (part) => part.stop(), cleanUp).then((part) => {
      progress.started('PostgreSQL', `${origin(part.kind, 'a local process')} at ${new URL(part.url).host}`);
      return part;
    }),
  ]);
  signal.throwIfAborted();
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const publicKeyFile = join(folder, 'credentials.pem');
  writeFileSync(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));

  const isShared = kafka.kind === 'given' || postgres.kind === 'given';
  const starting = OnboardingSystem.start({
    brokers: kafka.brokers,
    databaseUrl: postgres.url,
    name: isShared ? `demo-${randomBytes(4).toString('hex')}` : 'demo',
    settings: { ...SETTINGS, CREDENTIALS_PUBLIC_KEY_FILE: publicKeyFile },
    simulator: SIMULATOR,
  });
  const system = await begin(starting, (part) => removeSystem(part, isShared ? postgres.url : null), cleanUp);
  signal.throwIfAborted();
  progress.started('Partner Center', `the simulator at ${system.simulator.url}, a create takes 0.15 to 0.9 s`);
  await Promise.all([system.startWorker(), system.startWorker()]);
  progress.started('Two workers', system.workers.map(({ url }) => url).join(' and '));
  return { kafka, postgres, system, recipientKey: privateKey };
}

/**
 * A part that is still starting when everything ends is waited for, for a while, and then stopped. What takes longer is
 * ended with this process.
 */
async function begin<T>(starting: Promise<T>, stop: (part: T) => Promise<unknown>, cleanUp: CleanUp): Promise<T> {
  cleanUp.add(async () => {
    const tooLong = delay(STARTING_GRACE_MS, null, { ref: false });
    const part = await Promise.race([starting.catch(() => null), tooLong]);
    if (part !== null) await stop(part);
  });
  return starting;
}

async function removeSystem(system: OnboardingSystem, sharedDatabaseUrl: string | null): Promise<void> {
  await system.stop();
  if (sharedDatabaseUrl !== null) await system.remove(sharedDatabaseUrl);
}

/** `.local/demo/<process id>`; those of demos that were killed go too. */
function makeFolder(cleanUp: CleanUp): string {
  mkdirSync(demoFolder, { recursive: true });
  for (const name of readdirSync(demoFolder)) {
    if (!isAlive(Number(name))) rmSync(join(demoFolder, name), { recursive: true, force: true });
  }
  const folder = join(demoFolder, String(process.pid));
  mkdirSync(folder);
  cleanUp.add(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function origin(kind: 'given' | 'container' | 'process', process: string): string {
  return { given: 'yours', container: 'a Docker container', process }[kind];
}
