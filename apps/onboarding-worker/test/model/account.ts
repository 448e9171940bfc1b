import { derivedId } from '../../../../test/support/derived-ids.js';
import type { Book, BookLine, JournalLine } from './model-simulator.js';
import type { ModelWorld } from './model-world.js';
import type { Played } from './play.js';

/** A call with its virtual time and the turn it fell into. */
export type Call = JournalLine & { atMs: number; turn: number };

export interface LedgerLine {
  correlationId: string;
  state: string;
  revision: number;
  domain: string;
  tenantId: string | null;
  code: string | null;
  deadLetters: number;
  /** Unclear answers that spent an attempt. */
  counted: number;
}

export interface OutboxLine {
  kind: 'created' | 'rejected' | 'dead-letter';
  correlationId: string;
  code: string | null;
  tenantId: string | null;
  eventId: string | null;
  isRecovered: boolean | null;
}

/** Both sides of one sequence: what the simulator's book and journal say, and what the ledger says. */
export interface Account {
  played: Played;
  tenants: BookLine[];
  surplusTenants: number;
  /** Of the API, in order; token requests left out. */
  calls: Call[];
  onboardings: LedgerLine[];
  outbox: OutboxLine[];
  announcedAgain: number;
  wronglyExpired: number;
  looks: ModelWorld['looks'];
  blindTurns: ModelWorld['blindTurns'];
}

export async function accountOf(world: ModelWorld, played: Played): Promise<Account> {
  const { simulator, db, time, announcedAgain, wronglyExpired, looks, blindTurns } = world;
  const [book, journal, onboardings, outbox] = await Promise.all([
    simulator.control<Book>('GET', 'book'),
    simulator.control<{ entries: JournalLine[] }>('GET', 'journal'),
    db.query<Record<keyof LedgerLine, never>>(ONBOARDINGS),
    db.query<{ headers: string } & OutboxLine>(OUTBOX),
  ]);
  const calls = journal.entries
    .filter(({ operation }) => operation !== 'token')
    .map((entry) => ({ ...entry, ...time.placed(entry.startedAt) }));
  return {
    ...{ played, announcedAgain, wronglyExpired, looks, blindTurns, calls },
    tenants: book.tenants,
    surplusTenants: book.totals.surplusTenants,
    onboardings: onboardings.rows,
    outbox: outbox.rows.map(({ headers, ...line }) => ({ ...line, eventId: headerOf(headers, 'ce_id') })),
  };
}

/** The `MS-CorrelationId` of an onboarding, by contract 9. */
export function correlationOf(id: string): string {
  return derivedId(`correlation/${id}`);
}

function headerOf(headers: string, name: string): string | null {
  return (JSON.parse(headers) as [string, string][]).find(([each]) => each === name)?.[1] ?? null;
}

const ONBOARDINGS = `
  SELECT correlation_id AS "correlationId", state, revision, domain, tenant_id AS "tenantId", code,
         dead_letters AS "deadLetters",
         (SELECT count(*) FROM history h WHERE h.correlation_id = o.correlation_id AND counted)::int AS counted
    FROM onboarding o ORDER BY correlation_id`;

const OUTBOX = `
  SELECT kind, correlation_id AS "correlationId", code, headers,
         CASE WHEN kind = 'created' THEN convert_from(value, 'UTF8')::json ->> 'tenantId' END AS "tenantId",
         CASE WHEN kind = 'created' THEN (convert_from(value, 'UTF8')::json ->> 'recovered')::boolean END AS "isRecovered"
    FROM outbox ORDER BY id`;

/** The calls of one sequence, a line each, for a person who looks for the reason of a failure. */
export function storyOf({ calls, onboardings }: Account): string {
  const names = new Map(onboardings.map(({ correlationId }) => [correlationOf(correlationId), correlationId]));
  const first = calls[0]?.atMs ?? 0;
  return calls
    .map(({ turn, atMs, correlationId, operation, status, fault }) => {
      const what = fault === null ? '' : ` ${fault.kind} ${fault.when}`;
      return `${turn} +${Math.round(atMs - first)} ms ${names.get(correlationId ?? '')} ${operation} ${status}${what}`;
    })
    .join('\n');
}
