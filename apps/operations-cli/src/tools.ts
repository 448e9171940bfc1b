import { DeadLetters, type DeadLettersParts, ReplayPlanner } from '#dead-letters';
import { TopicReader } from '#kafka';
import { Database } from '#ledger';
import { type Logger, createLogger } from '#observability';
import { checkRules } from '#partner-center';
import { hostname, userInfo } from 'node:os';
import type { Settings } from './config/settings.js';

/** The ledger and the dead-letter topic for the length of one command; connected when they are first used. */
export class Tools {
  private readonly log: Logger;
  private db: Database | null = null;
  private reader: TopicReader | null = null;

  constructor(readonly settings: Settings) {
    this.log = createLogger({ level: settings.logLevel, destination: process.stderr });
  }

  /** Brought up to date first: a command may be the first that comes to a ledger. */
  async ledger(): Promise<Database> {
    if (this.db === null) {
      this.db = new Database(this.settings.database);
      await this.db.migrate();
    }
    return this.db;
  }

  async deadLetters(): Promise<DeadLetters> {
    return new DeadLetters(await this.parts());
  }

  async planner(): Promise<ReplayPlanner> {
    return new ReplayPlanner({ ...(await this.parts()), checkRules });
  }

  async close(): Promise<void> {
    await this.reader?.close();
    await this.db?.close();
  }

  private async parts(): Promise<DeadLettersParts> {
    const { kafka } = this.settings;
    const db = await this.ledger();
    this.reader ??= new TopicReader({ settings: kafka, log: this.log });
    return { db, reader: this.reader, topics: kafka.topics, groupId: kafka.groupId, log: this.log };
  }
}

/** For the audit. */
export function operator(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's list, as containers have it.
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
