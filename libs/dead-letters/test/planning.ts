import { type DeadLetter, decodeRecord } from '#events';
import { type RequestRecord, openOnboardings } from '#ledger';
import { checkRules } from '#partner-center';
import { requestRecord } from '#testing';
import { ReplayPlanner } from '../src/index.js';
import { type Desk, letterHeaders } from './support.js';

export const WHO = 'ops@host';
export const REQUESTS = 'requested';
const GROUP = 'customer-onboarding';
const DAY = '2026-01-02';

interface LetterOnTopic extends Partial<DeadLetter> {
  value?: Buffer | string | null;
  headers?: Record<string, string | Buffer>;
  partition?: number;
}

/** A letter whose record is a sound request, unless told otherwise; `minute` orders the failures. */
export async function fail(
  desk: Desk,
  correlationId: string,
  minute: number,
  with_: LetterOnTopic = {},
): Promise<void> {
  const request = requestRecord(correlationId);
  const { value = request.value, headers = request.headers, partition = 0, ...letter } = with_;
  const failedAt = `${DAY}T03:${String(minute).padStart(2, '0')}:00.000Z`;
  const added = letterHeaders({ correlationId, code: 'ATTEMPTS_EXHAUSTED', fields: [], failedAt, ...letter });
  await desk.log.write(desk.topic, [
    { key: request.key, value, partition, headers: { ...headers, ...Object.fromEntries(added) } },
  ]);
}

export function plannerOf({ parts }: Desk): ReplayPlanner {
  return new ReplayPlanner({ ...parts, checkRules });
}

export async function lettersOf(desk: Desk, plan: string): Promise<Record<string, string>> {
  const { letters } = await plannerOf(desk).letters(plan, 100);
  return Object.fromEntries(letters.map(({ id, forecast, why }) => [id, `${forecast}: ${why}`]));
}

interface Row {
  key: Buffer | null;
  value: Buffer | null;
  headers: Buffer | null;
  edited: boolean;
  topic: string | null;
}

export async function rowsOf(desk: Desk, plan: string): Promise<Row[]> {
  const { rows } = await desk.db.query<Row & Record<string, unknown>>(
    `SELECT key, value, headers, edited, topic FROM replay_letter WHERE plan_id = $1 ORDER BY n`,
    [plan],
  );
  return rows;
}

/** An onboarding as intake opens it for this letter's request, then put into the state given. */
export async function onboard(desk: Desk, correlationId: string, changes: string): Promise<void> {
  const { key, value, headers } = requestRecord(correlationId);
  const list = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text as string)] as const);
  const record = { topic: REQUESTS, partition: 0, offset: 0n, timestampMs: 0, key: Buffer.from(key!) };
  const decoded = decodeRecord(
    { ...record, value: Buffer.from(value!), headers: list },
    { groupId: GROUP, checkRules: () => [] },
  );
  if (decoded.kind !== 'request') throw new Error('the request of the tests was refused');
  const { digest, domain, country, causationId, traceparent } = decoded;
  const request: RequestRecord = {
    ...{ ...record, correlationId, digest, domain, country, associatedPartnerId: null, causationId, traceparent },
    ...{ value: Buffer.from(value!), headers: Buffer.from('[]'), data: JSON.stringify(decoded.data), replays: 0 },
  };
  await desk.db.transaction((tx) => openOnboardings(tx, [request]));
  await desk.db.query(`UPDATE onboarding SET ${changes} WHERE correlation_id = $1`, [correlationId]);
}

export const ENDED = `due_at = NULL, finished_at = now(), failed_at = now()`;
