/**
 * A real Kafka broker, from the first of these that works: the one that KAFKA_BROKERS names, a container when a
 * Docker daemon answers, a local Java process. Which one it was is printed once.
 */
import { waitForBroker } from './kafka-client.js';
import { whyNoKafkaProcess } from './kafka-jars.js';
import { startKafkaProcess } from './kafka-process.js';
import type { Announce, OwnKafka } from './kafka-settings.js';
import { startKafkaContainer } from './kafka-container.js';
import { NoContainer } from './docker.js';

/** `kind` says where it runs. On a given broker everything but `stop` (which leaves it alone) throws. */
export type KafkaInstance = Omit<OwnKafka, 'kind'> & { kind: OwnKafka['kind'] | 'given' };

/** `own: true`: never the given broker. For tests that restart or freeze it. */
export interface StartOptions {
  own?: boolean;
}

export interface KafkaStartOptions extends StartOptions {
  /** For a proxy in front of an own broker: told where it listens, gives what it announces to clients. */
  announce?: Announce;
}

/** Resolves when the broker answers requests. Throws one sentence that names what is missing. */
export async function startKafka({ own = false, announce }: KafkaStartOptions = {}): Promise<KafkaInstance> {
  const given = process.env.KAFKA_BROKERS;
  if (given && !own) return givenKafka(given);
  const container = await startKafkaContainer(announce);
  if (!(container instanceof NoContainer)) return container;
  const obstacle = await whyNoKafkaProcess();
  if (obstacle !== undefined) {
    throw new Error(`No Kafka: KAFKA_BROKERS is not set, ${container.reason}, and ${obstacle}.`);
  }
  return startKafkaProcess(announce);
}

async function givenKafka(brokers: string): Promise<KafkaInstance> {
  await waitForBroker(brokers);
  const refuse = () =>
    Promise.reject(new Error('this broker was given by KAFKA_BROKERS; use startKafka({ own: true })'));
  const leaveAlone = () => Promise.resolve();
  return {
    brokers,
    kind: 'given',
    halt: refuse,
    start: refuse,
    restart: refuse,
    pause: refuse,
    resume: refuse,
    stop: leaveAlone,
  };
}
