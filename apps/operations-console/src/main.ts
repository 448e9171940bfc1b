import 'reflect-metadata';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { INestApplication } from '@nestjs/common';
import { DeadLetters } from '#dead-letters';
import { TopicReader } from '#kafka';
import { Database, isTransient } from '#ledger';
import { type Logger, createLogger } from '#observability';
import { settingsOrExit } from '#settings';
import { Access } from './access/access.js';
import { settingsOfThisProcess } from './config/process-settings.js';
import { createConsole } from './console.js';
import { PageFiles } from './http/page-files.js';

const EXIT_FATAL = 1;
const STOP_MAX_MS = 10_000;
const RETRY_MS = 1_000;
const PAGE_FOLDER = join(import.meta.dirname, '../page');

/** Answers under way are cut off: what they change they change in one transaction, or not at all. */
function exitOnSignals(
  app: INestApplication,
  { db, reader }: { db: Database; reader: TopicReader },
  log: Logger,
): void {
  const exit = (signal: NodeJS.Signals): void => {
    log.info({ reason: signal }, 'stopping');
    setTimeout(() => process.exit(EXIT_FATAL), STOP_MAX_MS).unref();
    void (async () => {
      await app.close();
      await reader.close();
      await db.close();
      log.info({ exitCode: 0 }, 'stopped');
      process.exit(0);
    })();
  };
  process.once('SIGTERM', exit);
  process.once('SIGINT', exit);
}

/** The console may be the first to meet a new database. Until it is there every answer from it is 503. */
async function migrate(db: Database, log: Logger): Promise<void> {
  for (;;) {
    try {
      return await db.migrate();
    } catch (error) {
      if (!isTransient(error) && !isTransient((error as Error).cause)) throw error;
      log.warn({ err: error }, 'the database cannot be reached yet');
      await delay(RETRY_MS);
    }
  }
}

async function main(): Promise<void> {
  const settings = settingsOrExit(settingsOfThisProcess);
  const log = createLogger({ level: settings.logLevel });
  for (const warning of settings.warnings) log.warn({}, warning);
  try {
    const { topics, groupId } = settings.kafka;
    const db = new Database(settings.database);
    const reader = new TopicReader({ settings: settings.kafka, log });
    const page = PageFiles.read(PAGE_FOLDER);
    if (!page.isBuilt) log.warn({}, 'the page is not built: only the API is served');
    const access = new Access(settings.tokens, Date.now, log);
    const app = await createConsole({ access, db, reader, topics, groupId, log, page });
    exitOnSignals(app, { db, reader }, log);
    await app.listen(settings.port, settings.host);
    log.info({ port: settings.port }, 'the console is running');
    await migrate(db, log);
    // A long topic takes a while to be read for the first time: not when somebody waits for it.
    await app
      .get(DeadLetters)
      .catchUp()
      .catch((error: unknown) => log.warn({ err: error }, 'the dead letters cannot be read yet'));
  } catch (error) {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'the console could not start');
    process.exit(EXIT_FATAL);
  }
}

await main();
