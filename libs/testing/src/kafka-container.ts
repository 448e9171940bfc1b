import { NoContainer, startContainer } from './docker.js';
import { makeInternalTopics, waitForBroker } from './kafka-client.js';
import { type Announce, brokerSettings, type OwnKafka } from './kafka-settings.js';

const DEFAULT_IMAGE = 'apache/kafka:4.1.1';
const CLIENT_PORT = 9092;

/** The image of KAFKA_IMAGE; it has to read `KAFKA_*` variables as the official image does. */
export async function startKafkaContainer(announce?: Announce): Promise<OwnKafka | NoContainer> {
  let announced: string | undefined;
  const container = await startContainer({
    image: process.env.KAFKA_IMAGE ?? DEFAULT_IMAGE,
    port: CLIENT_PORT,
    environment: (client) => {
      const inside = { clientBind: `0.0.0.0:${CLIENT_PORT}`, broker: '127.0.0.1:9094', controller: '127.0.0.1:9093' };
      announced = announce?.(client);
      return toEnvironment(brokerSettings({ client, ...inside, announced }));
    },
  });
  if (container instanceof NoContainer) return container;
  const brokers = announced ?? container.address;
  try {
    await waitForBroker(brokers);
    await makeInternalTopics(brokers);
  } catch (error) {
    await container.remove();
    throw error;
  }
  const start = async () => {
    await container.start();
    await waitForBroker(brokers);
  };
  return {
    brokers,
    kind: 'container',
    halt: container.halt,
    start,
    restart: async () => {
      await container.halt();
      await start();
    },
    pause: container.pause,
    resume: container.resume,
    stop: container.remove,
  };
}

/** `process.roles` → `KAFKA_PROCESS_ROLES`. */
function toEnvironment(settings: Record<string, string>): Record<string, string> {
  const entries = Object.entries(settings);
  return Object.fromEntries(
    entries.map(([name, value]) => [`KAFKA_${name.replaceAll('.', '_').toUpperCase()}`, value]),
  );
}
