import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { CrmRecord } from './customer-request.js';
import { queryDatabase } from './postgres-client.js';

/** A dead letter in a plan: the record that will be sent, and what a test wants to say about it. */
export interface PlannedLetter {
  record: CrmRecord;
  topic: string;
  correlationId: string | null;
  /** The consumer group that is to act on the replay. */
  group: string;
  /** Of the dead letter on its topic; drawn unless given. */
  partition?: number;
  offset?: number;
  forecast?: string;
  state?: string;
  replays?: number;
}

let lastOffset = 0;

/** Writes a plan of replays into the ledger as it lies there before it is started; returns its id. Letters are numbered from 1. */
export async function insertPlan(databaseUrl: string, letters: PlannedLetter[]): Promise<string> {
  const plan = randomUUID();
  const rows = letters.map((letter, index) => ({
    n: index + 1,
    partition: letter.partition ?? 0,
    offset: letter.offset ?? ++lastOffset,
    correlation_id: letter.correlationId,
    forecast: letter.forecast ?? 'create',
    replays: letter.replays ?? 0,
    state: letter.state ?? 'waiting',
    topic: letter.topic,
    key: base64(letter.record.key),
    value: base64(letter.record.value),
    headers: base64(JSON.stringify(replayHeaders(letter, `${plan}/${index + 1}`))),
  }));
  await queryDatabase(
    databaseUrl,
    `WITH plan AS (INSERT INTO replay_plan (id, state, selection, made_by) VALUES ('${plan}', 'planned', '{}', 'test') RETURNING id)
     INSERT INTO replay_letter (plan_id, n, partition, record_offset, digest, correlation_id, forecast, why, replays, topic,
            key, value, headers, state)
     SELECT plan.id, n, partition, "offset", '', correlation_id, forecast, '', replays, topic, decode(key, 'base64'),
            decode(value, 'base64'), decode(headers, 'base64'), state
       FROM plan, json_to_recordset(${pg.escapeLiteral(JSON.stringify(rows))}) AS t(
              n int, partition int, "offset" bigint, correlation_id text, forecast text, replays int, topic text, key text, value text,
              headers text, state text)`,
  );
  return plan;
}

/** As the ledger keeps headers: JSON of names and base64. */
function replayHeaders({ record, group, replays = 0 }: PlannedLetter, id: string): [string, string | null][] {
  const replay = { 'replay-id': id, 'replay-count': String(replays + 1), 'replay-group': group };
  return Object.entries({ ...record.headers, ...replay }).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string | null] => [name, base64(value)]),
  );
}

function base64(bytes: Buffer | string | null): string | null {
  return bytes === null ? null : Buffer.from(bytes).toString('base64');
}
