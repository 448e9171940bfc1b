import type { NestExpressApplication } from '@nestjs/platform-express';
import { inject } from 'vitest';
import { type DeadLetter, deadLetterHeaders } from '#events';
import { TopicReader } from '#kafka';
import { Database } from '#ledger';
import { createLogger } from '#observability';
import { type CrmRecord, TopicLog, startPostgres } from '#testing';
import { Access } from '../src/access/access.js';
import { createConsole } from '../src/console.js';
import { PageFiles } from '../src/http/page-files.js';

export const OPERATOR = 'the-token-of-the-operators';
export const VIEWER = 'the-token-of-the-viewers';

export interface Route {
  method: string;
  path: string;
}

/** What a test says of a dead letter; all else is as the worker would write it. */
export interface WrittenLetter extends Partial<DeadLetter> {
  value?: Buffer | string | null;
  sentHeaders?: CrmRecord['headers'];
}

/** A document as it came: a wrong path fails the test. */
export type Json = ReturnType<typeof JSON.parse>;

let consoles = 0;

/** A console in this process, on a ledger and topics of its own. */
export class RunningConsole {
  private constructor(
    private readonly app: NestExpressApplication,
    private readonly parts: {
      db: Database;
      reader: TopicReader;
      topicLog: TopicLog;
      requested: string;
      deadLetter: string;
    },
    readonly url: string,
  ) {}

  static async start(brokers = inject('kafkaBrokers').split(',')): Promise<RunningConsole> {
    const name = `console-${process.pid}-${Date.now().toString(36)}-${(consoles += 1)}`;
    const topics = {
      requested: `${name}-requested`,
      created: `${name}-created`,
      rejected: `${name}-rejected`,
      deadLetter: `${name}-dead-letter`,
    };
    const topicLog = new TopicLog(inject('kafkaBrokers'));
    await topicLog.createTopic(topics.deadLetter, 1, { 'max.message.bytes': '4000000' });
    const db = new Database({ url: await (await startPostgres()).createDatabase(), poolMax: 5 });
    await db.migrate();
    const log = createLogger({ level: 'silent' });
    const reader = new TopicReader({ settings: { brokers, clientId: name, ssl: null, sasl: null }, log });
    const access = new Access({ operator: OPERATOR, viewer: VIEWER }, unhurried(), log);
    const page = PageFiles.read('/nowhere');
    const app = await createConsole({ access, db, reader, topics, groupId: 'customer-onboarding', log, page });
    await app.listen(0, '127.0.0.1');
    const { requested, deadLetter } = topics;
    return new RunningConsole(app, { db, reader, topicLog, requested, deadLetter }, await app.getUrl());
  }

  get db(): Database {
    return this.parts.db;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.parts.reader.close();
    await this.parts.topicLog.close();
    await this.parts.db.close();
  }

  /** Writes dead letters; the first one a console has is `0:0`. */
  async write(...letters: WrittenLetter[]): Promise<void> {
    const { topicLog, requested, deadLetter } = this.parts;
    const records = letters.map(({ value = '{}', sentHeaders = {}, ...letter }, n) => {
      const added = Object.fromEntries(letterHeaders(requested, n, letter));
      return { key: null, value, headers: { ...sentHeaders, ...added }, partition: 0 };
    });
    await topicLog.write(deadLetter, records);
  }

  call(method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Response> {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(`${this.url}${path}`, { method, headers: { ...type, ...headers }, ...content });
  }

  /** The document that an operator gets; a refusal is one too. */
  async ask(method: string, path: string, body?: unknown): Promise<Json> {
    return (await this.call(method, path, bearer(OPERATOR), body)).json();
  }

  /** Every address that the router knows, with an example of each parameter. */
  routes(): Route[] {
    const { router } = this.app.getHttpAdapter().getInstance() as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    return router.stack.flatMap(({ route }) => {
      // Nest's own answer to whatever is no address has a pattern.
      if (!route || route.path.includes('*')) return [];
      const path = route.path.replaceAll(/:\w+/g, '0:1');
      return Object.keys(route.methods).map((method) => ({ method: method.toUpperCase(), path }));
    });
  }

  /** The headers of a browser that is logged in, on a page of ours. */
  async browser(token: string): Promise<Record<string, string>> {
    const response = await this.call('POST', '/api/session', {}, { token });
    const cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    return { cookie, origin: this.url, 'x-console-request': '1' };
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** The code of a refusal; empty for any other document. */
export async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error?: { code: string } }).error?.code ?? '';
}

/** A clock on which seconds pass between any two looks: nobody has to wait because others failed. */
function unhurried(): () => number {
  let nowMs = Date.now();
  return () => (nowMs += 1_000);
}

function letterHeaders(topic: string, n: number, letter: Partial<DeadLetter>): [string, string][] {
  const failedAt = new Date(Date.now() - 60_000 + n).toISOString();
  return deadLetterHeaders({
    original: { topic, partition: 0, offset: BigInt(n), timestampMs: 1_700_000_000_000 },
    consumerGroup: 'customer-onboarding',
    correlationId: `letter-${n}`,
    code: 'EVENT_INVALID',
    message: 'It is not valid.',
    fields: [],
    httpStatus: null,
    requestId: null,
    firstFailedAt: failedAt,
    failedAt,
    attempts: 0,
    replays: 0,
    ...letter,
  });
}
