import { DOCUMENTED_CODES, type OnboardingSystem, RELEVANT_CODES, STATUS_CLASSES, eventually } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, creates, domainOf, letters, requestIdOf, startWorld, untilCreated } from '../support/world.js';

// The first create call of each of some 250 customers is answered with one of the codes that the reference lists, at its
// documented status, or with a status and no code. All of them wait in one worker at the same time.

/** What the customer comes to: `created` by a later call with the same request id, or rejected with the code. */
type End = 'created' | 'rejected' | 'rejected after the window';

interface Case {
  id: string;
  code: string | null;
  status: number;
  end: End;
}

let system: OnboardingSystem;

/** From the class that the reference suggests, said without looking at the product's own table. */
function endOf(code: string | null, status: number, name: string): End {
  if (status >= 500 || status === 408 || status === 429) return 'created';
  if (code === '27002') return 'rejected after the window';
  if (['900420', '900421', '10001', '800018'].includes(code ?? '')) return 'created';
  if (code === '27100') return 'rejected';
  return status === 401 || status === 403 || status === 404 || name === 'permanent-config' ? 'created' : 'rejected';
}

function allCases(): Case[] {
  const classes = new Map(RELEVANT_CODES.map((known) => [known.code, known.class]));
  const relevant = RELEVANT_CODES.map(({ code, status }) => ({ code, status: status ?? 400 }));
  const documented = DOCUMENTED_CODES.filter(({ status }) => status >= 400);
  const codes = new Map([...relevant, ...documented].map((each) => [`${each.code} ${each.status}`, each]));
  return [
    ...[...codes.values()].map(({ code, status }) => ({
      ...{ id: `code-${code}-${status}`, code, status },
      end: endOf(code, status, classes.get(code) ?? ''),
    })),
    ...STATUS_CLASSES.map(([status]) => ({
      ...{ id: `status-${status}`, code: null, status },
      end: endOf(null, status, ''),
    })),
  ];
}

const CASES = allCases();
const endingAs = (...ends: End[]): Case[] => CASES.filter(({ end }) => ends.includes(end));

beforeAll(async () => {
  system = await startWorld({ RECONCILE_WINDOW_MS: '500' });
  for (const { id, code, status } of CASES) {
    const shape = code === null ? { shape: 'E' } : { shape: 'A', code: Number(code) };
    await system.simulator.fault({
      match: { operation: 'create', domain: domainOf(id) },
      action: { kind: 'status', status, ...shape, ...(status === 429 ? { retryAfter: '1' } : {}) },
    });
  }
  await ask(
    system,
    CASES.map(({ id }) => id),
  );
});
afterAll(() => system.stop());

describe('a code or status', () => {
  it('covers the whole reference', () => {
    expect(CASES.length).toBeGreaterThan(200);
    expect(endingAs('created').length).toBeGreaterThan(30);
    expect(endingAs('rejected').length).toBeGreaterThan(100);
  });

  it('that says nothing against the customer only puts the same request off', async () => {
    const cases = endingAs('created');
    await untilCreated(
      system,
      cases.map(({ id }) => id),
      90_000,
    );
    for (const { id } of cases) {
      const calls = await creates(system, id);
      expect(calls.length, id).toBeGreaterThanOrEqual(2);
      expect(new Set(calls.map(({ requestId }) => requestId)), id).toEqual(new Set([requestIdOf(id)]));
    }
  });

  it('that refuses the customer ends it with one call, its code and its status', async () => {
    const cases = endingAs('rejected', 'rejected after the window');
    const told = await eventually(
      async () => {
        const all = await letters(system);
        const missing = cases.filter(({ id }) => !all.has(id));
        if (missing.length > 0) throw new Error(`${missing.length} letters are missing, ${missing[0]?.id} first`);
        return all;
      },
      { what: 'all letters', timeoutMs: 90_000 },
    );
    for (const { id, code, status } of cases) {
      expect(told.get(id)?.headers, id).toMatchObject({
        'dead-letter-code': code === null ? `PARTNER_CENTER_HTTP_${status}` : `PARTNER_CENTER_${code}`,
        'dead-letter-reason': 'rejected',
        'dead-letter-http-status': String(status),
        'dead-letter-request-id': requestIdOf(id),
        'dead-letter-attempts': '1',
      });
      expect(await creates(system, id), id).toHaveLength(1);
    }
    expect(told.size).toBe(cases.length);
  });

  it('makes no tenant twice, and none for those it refused', async () => {
    const { tenants, surplusTenants } = await system.simulator.summary();
    expect({ tenants, surplusTenants }).toEqual({ tenants: endingAs('created').length, surplusTenants: 0 });
  });
});
