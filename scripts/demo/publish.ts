/** `npm run demo -- --request [file]`: one request to a demo that was left running, and what comes back. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ReadRecord, TopicLog, eventually, requestRecord } from '#testing';
import { customer } from './crm.ts';
import { findRunning, type Running } from './running.ts';
import type { Screen } from './screen.ts';

const ANSWER_TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 300;

export async function publish(screen: Screen, file: string | undefined): Promise<number> {
  const running = findRunning();
  if (!running) {
    screen.line('No demo is running: start one with `npm run demo -- --keep` in another terminal.');
    return 1;
  }
  const log = new TopicLog(running.brokers);
  try {
    const value = file === undefined ? sample() : readFileSync(resolve(process.env['INIT_CWD'] ?? '.', file), 'utf8');
    const correlationId = randomUUID();
    const requestedAtMs = Date.now();
    await log.write(running.topics.requested, [{ ...requestRecord(correlationId), value }]);
    screen.line(`CustomerRequested ${correlationId} → ${running.topics.requested}`);
    screen.line(screen.colour(value.trim(), 'dim'));
    const answer = await eventually(() => findAnswer(log, running, correlationId), {
      what: 'an answer to this request',
      timeoutMs: ANSWER_TIMEOUT_MS,
      intervalMs: LOOK_EVERY_MS,
    });
    screen.line();
    screen.line(`${answer.headers['ce_type'] ?? 'answer'} after ${answer.timestampMs - requestedAtMs} ms`);
    screen.line(screen.colour(JSON.stringify(JSON.parse(String(answer.value)), null, 2), 'cyan'));
    return 0;
  } catch (error) {
    screen.line(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    await log.close();
  }
}

async function findAnswer(log: TopicLog, { topics }: Running, correlationId: string): Promise<ReadRecord | false> {
  for (const topic of [topics.created, topics.rejected]) {
    const records = await log.readAll(topic);
    const answer = records.find(({ headers }) => headers['ce_correlationid'] === correlationId);
    if (answer) return answer;
  }
  return false;
}

function sample(): string {
  const { data } = customer(0);
  data.companyProfile.domain = `northbakery${randomUUID().slice(0, 8)}.onmicrosoft.com`;
  return JSON.stringify(data, null, 2);
}
