import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.js';
import { freePort } from './free-port.js';
import { makeInternalTopics, waitForBroker } from './kafka-client.js';
import { kafkaJars } from './kafka-jars.js';
import { type Announce, brokerSettings, type OwnKafka } from './kafka-settings.js';
import { createRunFolder } from './run-folder.js';

const STOP_GRACE_MS = 20_000;
const JVM_OPTIONS = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const BROKER_LOG = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';

/** One broker (KRaft, its own controller) as a Java process with its data in a run folder. */
export async function startKafkaProcess(announce?: Announce): Promise<OwnKafka> {
  const classPath = join(await kafkaJars(), '*');
  const folder = createRunFolder('kafka');
  const settingsFile = join(folder, 'server.properties');
  const client = await freeAddress();
  const inside = { broker: await freeAddress(), controller: await freeAddress() };
  const listeners = { client, ...inside, announced: announce?.(client) };
  writeFileSync(settingsFile, toProperties({ ...brokerSettings(listeners), 'log.dirs': join(folder, 'data') }));
  await format(classPath, settingsFile);

  const java = [...JVM_OPTIONS, BROKER_LOG, '-cp', classPath, 'kafka.Kafka', settingsFile];
  const launch = () => Child.start('java', java, { folder, env: { PATH: process.env.PATH ?? '' } });
  const brokers = listeners.announced ?? client;
  let broker = await launch();
  await untilUp(broker, brokers);
  await makeInternalTopics(brokers);
  const halt = async () => {
    // A frozen broker does not act on SIGTERM.
    broker.signal('SIGCONT');
    await broker.stop('SIGTERM', STOP_GRACE_MS);
  };
  const start = async () => {
    if (broker.hasExited) broker = await launch();
    await untilUp(broker, brokers);
  };
  return {
    brokers,
    kind: 'process',
    halt,
    start,
    restart: async () => {
      await halt();
      await start();
    },
    pause: async () => broker.signal('SIGSTOP'),
    resume: async () => broker.signal('SIGCONT'),
    stop: async () => {
      // Nothing is kept, so the broker need not write anything down before it goes.
      await broker.stop('SIGKILL', STOP_GRACE_MS);
      broker.remove();
    },
  };
}

async function freeAddress(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}

async function untilUp(broker: Child, brokers: string): Promise<void> {
  const died = broker.exited.then(({ code, signal }) => {
    throw new Error(`Kafka ended (${signal ?? `exit ${code}`}): ${broker.stderr.slice(-2_000) || 'no output'}`);
  });
  await Promise.race([waitForBroker(brokers), died]);
  // The race is over; a later end of the broker is nobody's unhandled rejection.
  died.catch(() => undefined);
}

async function format(classPath: string, settingsFile: string): Promise<void> {
  const clusterId = randomBytes(16).toString('base64url');
  const tool = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', classPath, 'kafka.tools.StorageTool'];
  await promisify(execFile)('java', [...tool, 'format', `--cluster-id=${clusterId}`, '-c', settingsFile]);
}

function toProperties(settings: Record<string, string>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
