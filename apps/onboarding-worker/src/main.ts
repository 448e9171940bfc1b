import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { INestApplication, INestMicroservice } from '@nestjs/common';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { type Logger, Metrics, NestLogger, createLogger } from '#observability';
import { EXIT_CONFIG, settingsOrExit } from '#settings';
import { settingsOfThisProcess } from './config/process-settings.js';
import { Health } from './health/health.js';
import { HealthModule } from './health/health.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { prepare, isConfigurationFault } from './prepare.js';
import { Worker } from './worker.js';

const EXIT_FATAL = 1;
const STOP_MAX_MS = 29_000;

interface Running {
  http: INestApplication | null;
  consumer: INestMicroservice | null;
  worker: Worker | null;
  close: () => Promise<void>;
}

/** Ends the process: by a signal with 0 after everything is finished or handed back, by a fault with its status. */
function exitHandler(running: Running, log: Logger): (status: number, why: string) => void {
  let isEnding = false;
  return (status, why) => {
    if (isEnding) return;
    isEnding = true;
    log.info({ reason: why }, 'stopping');
    setTimeout(() => {
      log.error({}, 'could not stop in time');
      process.exit(EXIT_FATAL);
    }, STOP_MAX_MS).unref();
    void (async () => {
      try {
        await running.consumer?.close();
        await running.worker?.stop();
        await running.http?.close();
        await running.close();
      } catch (error) {
        log.error({ err: error }, 'stopping failed');
        process.exit(status === 0 ? EXIT_FATAL : status);
      }
      log.info({ exitCode: status }, 'stopped');
      process.exit(status);
    })();
  };
}

async function main(): Promise<void> {
  const settings = settingsOrExit(settingsOfThisProcess);
  const log = createLogger({ level: settings.process.logLevel });
  const metrics = new Metrics();
  const health = new Health(() => performance.now());
  const running: Running = { http: null, consumer: null, worker: null, close: () => Promise.resolve() };
  const exit = exitHandler(running, log);
  process.once('SIGTERM', () => exit(0, 'SIGTERM'));
  process.once('SIGINT', () => exit(0, 'SIGINT'));
  for (const warning of settings.warnings) log.warn({}, warning);
  try {
    running.http = await NestFactory.create(HealthModule.with({ health, metrics, log }), { bufferLogs: true });
    running.http.useLogger(running.http.get(NestLogger));
    await running.http.listen(settings.process.port);

    const { db, sealer, topics } = await prepare(settings, log);
    running.close = () => db.close();
    const onFatal = (error: Error): void => {
      log.fatal({ err: error }, 'the Kafka consumer cannot go on');
      exit(EXIT_FATAL, 'consumer');
    };
    const worker = new Worker({ settings, log, metrics, db, sealer, topics, onFatal });
    running.worker = worker;
    await worker.start();
    running.consumer = await NestFactory.createMicroservice<MicroserviceOptions>(
      IntakeModule.with({ intake: worker.intake, log }),
      { strategy: worker.server, bufferLogs: true },
    );
    running.consumer.useLogger(running.consumer.get(NestLogger));
    await running.consumer.listen();
    const { gate, lease, onboarding, relay, server } = worker;
    health.attach({ gate, lease, onboarding, relay, server, db, requestedTopic: settings.kafka.topics.requested });
    log.info({ port: settings.process.port, workerId: worker.lease.workerId }, 'the worker is running');
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'the worker could not start');
    exit(isConfigurationFault(error) ? EXIT_CONFIG : EXIT_FATAL, 'start failed');
  }
}

await main();
