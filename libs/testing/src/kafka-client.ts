import { Kafka, logLevel } from 'kafkajs';
import { eventually } from './eventually.js';

const START_TIMEOUT_MS = 60_000;

function connect(brokers: string): Kafka {
  return new Kafka({
    clientId: 'testing',
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 2_000,
    retry: { retries: 0 },
  });
}

/** Waits until a client gets an answer from the controller, not only until a port is open. */
export async function waitForBroker(brokers: string): Promise<void> {
  const ask = async () => {
    const admin = connect(brokers).admin();
    try {
      await admin.connect();
      const { controller } = await admin.describeCluster();
      if (controller === null || controller < 0) throw new Error('the cluster has no controller yet');
    } finally {
      await admin.disconnect();
    }
  };
  await eventually(ask, { what: `Kafka at ${brokers}`, timeoutMs: START_TIMEOUT_MS, intervalMs: 100 });
}

/**
 * Makes the internal topics of a fresh broker by using each once. Otherwise the first group and the first
 * transaction of a run meet "coordinator not available" for half a second.
 */
export async function makeInternalTopics(brokers: string): Promise<void> {
  const timing = { timeoutMs: START_TIMEOUT_MS, intervalMs: 50 };
  const admin = connect(brokers).admin();
  await admin.connect();
  try {
    await eventually(() => admin.fetchOffsets({ groupId: 'testing.warm-up' }), {
      what: 'group coordinator',
      ...timing,
    });
  } finally {
    await admin.disconnect();
  }
  await eventually(() => beginTransaction(brokers), { what: 'transaction coordinator', ...timing });
}

async function beginTransaction(brokers: string): Promise<void> {
  const producer = connect(brokers).producer({ transactionalId: 'testing.warm-up', maxInFlightRequests: 1 });
  await producer.connect();
  try {
    const transaction = await producer.transaction();
    await transaction.abort();
  } finally {
    await producer.disconnect();
  }
}
