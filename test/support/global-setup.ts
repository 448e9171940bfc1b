/**
 * One Kafka and one PostgreSQL for a whole run of Vitest, unless KAFKA_BROKERS and DATABASE_URL are given. Scenarios
 * share them and keep apart by topic names, group ids and databases of their own; one that restarts a part starts its
 * own with `startKafka({ own: true })` or `startPostgres({ own: true })`.
 */
import { startKafka, startPostgres, type KafkaInstance, type PostgresInstance } from '#testing';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    kafkaBrokers: string;
    databaseUrl: string;
  }
}

interface Parts {
  kafka: KafkaInstance;
  postgres: PostgresInstance;
}

// Vitest loads this file once for every project, so the parts hang on the process.
const shared = globalThis as { onboardingTestParts?: Promise<Parts> };

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  shared.onboardingTestParts ??= startParts();
  const { kafka, postgres } = await shared.onboardingTestParts;
  provide('kafkaBrokers', kafka.brokers);
  provide('databaseUrl', postgres.url);
  // For what reads the environment: workers of Vitest, and with them `startKafka()` without `own`, inherit it.
  process.env.KAFKA_BROKERS = kafka.brokers;
  process.env.DATABASE_URL = postgres.url;
  return stopParts;
}

async function startParts(): Promise<Parts> {
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  console.log(`Kafka: ${kafka.kind} at ${kafka.brokers}; PostgreSQL: ${postgres.kind}`);
  return { kafka, postgres };
}

/** Called once for every project, at the end of the run; the first call stops the parts. */
async function stopParts(): Promise<void> {
  const parts = await shared.onboardingTestParts;
  delete shared.onboardingTestParts;
  await Promise.all([parts?.kafka.stop(), parts?.postgres.stop()]);
}
