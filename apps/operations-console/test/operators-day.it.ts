/** What an operator does with the console, address by address, without workers: nothing is really sent here. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { customerData } from '#testing';
import { OPERATOR, RunningConsole, VIEWER, bearer, codeOf, type Json } from './support.js';

const TENANT = '5f1d7c5e-3a50-4b8e-9f6b-0a7a5ce1d001';
const GUID = '0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d';
let running: RunningConsole;

beforeAll(async () => {
  running = await RunningConsole.start();
  const valid = (name: string): string => JSON.stringify(customerData(name));
  await running.write(
    {
      correlationId: 'north',
      value: valid('north'),
      sentHeaders: { 'correlation-id': 'north' },
      code: 'ATTEMPTS_EXHAUSTED',
    },
    {
      correlationId: 'south',
      value: valid('south'),
      sentHeaders: { 'correlation-id': 'south' },
      code: 'ATTEMPTS_EXHAUSTED',
    },
    { correlationId: 'west', value: '{}', sentHeaders: { 'correlation-id': 'west' } },
  );
  await running.db.query(
    `INSERT INTO onboarding (correlation_id, state, step, domain, country, digests, received_at, finished_at, due_at, tenant_id)
     VALUES ('north', 'rejected', 'create', 'north.onmicrosoft.com', 'US', '{}', now(), now(), NULL, NULL),
            ('made', 'created', 'create', 'northern.onmicrosoft.com', 'US', '{}', now(), now() - interval '1 hour', NULL, $1),
            ('waiting', 'open', 'create', 'waiting.onmicrosoft.com', 'US', '{}', now(), NULL, now(), NULL),
            ('SF-0042', 'rejected', 'create', 'some.onmicrosoft.com', 'US', '{}', now(), now(), NULL, NULL),
            ($2, 'rejected', 'create', 'other.onmicrosoft.com', 'US', '{}', now(), now(), NULL, NULL)`,
    [TENANT, GUID],
  );
  // What the overview and an onboarding show of letters may lag; here it must not.
  await running.ask('GET', '/api/dead-letters/groups');
});
afterAll(() => running.stop());

describe('onboardings', () => {
  async function found(q: string): Promise<string[]> {
    const { onboardings } = await running.ask('GET', `/api/onboardings?q=${encodeURIComponent(q)}`);
    return onboardings.map(({ correlationId }: { correlationId: string }) => correlationId);
  }

  it('are found by the begin of their id or domain, and by tenant', async () => {
    expect(await found('north')).toEqual(['north', 'made']);
    expect(await found(' NORTHERN.on')).toEqual(['made']);
    expect(await found(TENANT.toUpperCase())).toEqual(['made']);
    expect(await found('orth')).toEqual([]);
    expect(await found('waiting.on')).toEqual(['waiting']);
    expect(await found('SF-00')).toEqual(['SF-0042']);
    expect(await found(GUID.toUpperCase())).toEqual([GUID]);
    expect(await found('%')).toEqual([]);
  });

  it('that wait are shown when nothing is looked for', async () => {
    expect(await found('')).toEqual(['waiting']);
  });

  it('are shown with their letters', async () => {
    expect(await running.ask('GET', '/api/onboardings/north')).toMatchObject({
      correlationId: 'north',
      state: 'rejected',
      domain: 'north.onmicrosoft.com',
      letters: ['0:0'],
    });
    expect(await running.ask('GET', '/api/onboardings/nobody')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });
});

describe('dead letters', () => {
  it('are grouped with their trend', async () => {
    const { total, groups } = await running.ask('GET', '/api/dead-letters/groups');
    expect(total).toBe(3);
    expect(groups).toMatchObject([
      { code: 'ATTEMPTS_EXHAUSTED', count: 2, httpStatus: null, fields: [], example: '0:0' },
      { count: 1 },
    ]);
    expect(groups[0].trend).toHaveLength(24);
    expect(await running.ask('GET', `/api/dead-letters/groups?group=${groups[0].fingerprint}`)).toMatchObject({
      total: 2,
    });
  });

  it('are listed page by page, the newest first', async () => {
    const first = await running.ask('GET', '/api/dead-letters?limit=2');
    expect([first.total, first.next]).toEqual([3, '0:1']);
    expect(first.letters.map(({ id, offset }: Json) => [id, offset])).toEqual([
      ['0:2', 2],
      ['0:1', 1],
    ]);
    const last = await running.ask('GET', `/api/dead-letters?limit=2&after=${first.next}`);
    expect([last.letters.map(({ id }: Json) => id), last.next]).toEqual([['0:0'], null]);
    expect(await running.ask('GET', '/api/dead-letters?ids=0:1&ids=0:2&code=EVENT_INVALID')).toMatchObject({
      total: 1,
    });
  });

  it('show who they are about to operators only, and the audit knows', async () => {
    const letter = await running.ask('GET', '/api/dead-letters/0:0');
    expect(letter).toMatchObject({ id: '0:0', state: 'rejected', text: null });
    expect(letter.payload.billingProfile).toMatchObject({ email: '•••', culture: 'en-US' });
    expect((await running.call('GET', '/api/dead-letters/0:0?reveal=1', bearer(VIEWER))).status).toBe(403);
    expect((await running.ask('GET', '/api/audit')).entries).toEqual([]);
    const revealed = await running.ask('GET', '/api/dead-letters/0:0?reveal=1');
    expect(revealed.payload.billingProfile.email).toBe('ops@northbakery.example');
    const { entries } = await running.ask('GET', '/api/audit');
    expect(entries).toMatchObject([{ who: 'console operator', what: 'payload shown', subject: '0:0' }]);
    expect(await running.ask('GET', '/api/dead-letters/0:99')).toMatchObject({ error: { code: 'NOT_FOUND' } });
  });

  it('are counted in the overview', async () => {
    const { deadLetters, pauses, series } = await running.ask('GET', '/api/overview');
    expect([deadLetters, pauses]).toEqual([3, []]);
    expect(series.failed.reduce((sum: number, count: number) => sum + count)).toBe(3);
  });
});

describe('a plan', () => {
  let plan: string;

  it('is made of a selection, with what it will do', async () => {
    const made = await running.ask('POST', '/api/plans', { selection: { all: true } });
    expect(made).toMatchObject({ state: 'planned', total: 3, forecast: { create: 2, failAgain: 1 } });
    expect(made.letters.map(({ id, forecast }: Json) => [id, forecast])).toEqual([
      ['0:0', 'create'],
      ['0:1', 'create'],
      ['0:2', 'failAgain'],
    ]);
    plan = made.plan;
  });

  it('is shown, listed, and its letters page by page', async () => {
    const shown = { plan, state: 'planned', waiting: 3, madeBy: 'console operator', selection: { all: true } };
    expect(await running.ask('GET', `/api/plans/${plan}`)).toMatchObject({
      ...shown,
      patch: null,
      forecast: { create: 2 },
    });
    expect((await running.ask('GET', '/api/plans')).plans).toMatchObject([shown]);
    const { letters, next } = await running.ask('GET', `/api/plans/${plan}/letters?limit=2`);
    expect(letters).toMatchObject([{ id: '0:0', state: 'waiting', code: null }, { id: '0:1' }]);
    expect((await running.ask('GET', `/api/plans/${plan}/letters?after=${next}`)).letters).toHaveLength(1);
  });

  it('is started, paused, resumed and aborted once each, whatever else is asked', async () => {
    const start = (options: object) => running.ask('POST', `/api/plans/${plan}/start`, options);
    expect(await start({ stopAt: 2 })).toMatchObject({ error: { code: 'USAGE' } });
    expect(await running.ask('POST', `/api/plans/${plan}/pause`)).toMatchObject({ error: { code: 'PLAN_STATE' } });
    expect(await start({ rate: 5, ramp: [1, 2], stopAt: 0.5 })).toMatchObject({ plan, state: 'running', waiting: 3 });
    expect(await running.ask('POST', `/api/plans/${plan}/pause`)).toMatchObject({ state: 'paused' });
    expect(await running.ask('POST', `/api/plans/${plan}/resume`)).toMatchObject({ state: 'running' });
    const { rows } = await running.db.query(`SELECT rate, ramp, stop_at FROM replay_plan`);
    expect(rows).toEqual([{ rate: 5, ramp: [1, 2], stop_at: 0.5 }]);
    const patch = { billingProfile: { culture: 'de-DE' } };
    const other = await running.ask('POST', '/api/plans', { selection: { ids: ['0:0'] }, patch });
    expect(await running.ask('GET', `/api/plans/${other.plan}`)).toMatchObject({ patch, selection: { ids: ['0:0'] } });
    const refused = await running.call('POST', `/api/plans/${other.plan}/abort`, bearer(VIEWER));
    expect(refused.status).toBe(403);
    expect(await running.ask('POST', `/api/plans/${plan}/abort`)).toMatchObject({ state: 'aborted' });
    const again = await running.call('POST', `/api/plans/${plan}/start`, bearer(OPERATOR), {});
    expect([again.status, await codeOf(again)]).toEqual([409, 'PLAN_STATE']);
  });

  it('that is not there is not found', async () => {
    for (const id of ['x', TENANT]) {
      for (const [method, path] of [
        ['GET', ''],
        ['GET', '/letters'],
        ['POST', '/start'],
        ['POST', '/abort'],
      ] as const) {
        const response = await running.call(method, `/api/plans/${id}${path}`, bearer(OPERATOR));
        expect({ id, path, status: response.status }).toEqual({ id, path, status: 404 });
      }
    }
  });

  it('shows its correction to operators only, and the audit knows', async () => {
    const patch = { billingProfile: { email: 'new@northbakery.example', culture: 'en-GB' } };
    const { plan: edited } = await running.ask('POST', '/api/plans', { selection: { ids: ['0:1'] }, patch });
    for (const token of [VIEWER, OPERATOR]) {
      const response = await running.call('GET', `/api/plans/${edited}`, bearer(token));
      expect(await response.json()).toMatchObject({ patch: { billingProfile: { email: '•••', culture: 'en-GB' } } });
    }
    expect((await running.call('GET', `/api/plans/${edited}?reveal=1`, bearer(VIEWER))).status).toBe(403);
    expect(await running.ask('GET', `/api/plans/${edited}?reveal=1`)).toMatchObject({ patch });
    const [last] = (await running.ask('GET', '/api/audit?limit=1')).entries;
    expect(last).toMatchObject({ who: 'console operator', what: 'edit shown', subject: edited });
  });

  it('shows first what a correction does', async () => {
    const patch = { billingProfile: { email: 'new@northbakery.example', defaultAddress: { city: 'Albany' } } };
    const { diff, verdict } = await running.ask('POST', '/api/edit/preview', { id: '0:0', patch });
    expect(diff.map(({ path }: Json) => path).sort()).toEqual([
      'billingProfile.defaultAddress.city',
      'billingProfile.email',
    ]);
    expect(JSON.stringify(diff)).not.toContain('new@northbakery');
    expect(verdict).toMatchObject({ ok: true });
    expect(await running.ask('POST', '/api/edit/preview', { id: '0:99', patch })).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });
});

it('leaves a trace of every change, to be read and taken away', async () => {
  const { entries, next } = await running.ask('GET', '/api/audit?limit=3');
  expect([entries.length, next]).toEqual([3, entries[2].id]);
  const response = await running.call('GET', '/api/audit.ndjson', bearer(VIEWER));
  expect(response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
  expect(response.headers.get('content-disposition')).toContain('attachment');
  const lines = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ what }) => what).reverse()).toEqual([
    'payload shown',
    'plan made',
    'plan started',
    'plan paused',
    'plan resumed',
    'plan made',
    'plan aborted',
    'plan made',
    'edit shown',
  ]);
  expect(new Set(lines.map(({ who }) => who))).toEqual(new Set(['console operator']));
});

it('gives away the whole audit, however long it is, each entry once', async () => {
  await running.db.query(
    `INSERT INTO audit (who, what, subject) SELECT 'ann', 'old', n FROM generate_series(1, 1200) n`,
  );
  const text = await (await running.call('GET', '/api/audit.ndjson', bearer(VIEWER))).text();
  const ids = text
    .trimEnd()
    .split('\n')
    .map((line) => Number(JSON.parse(line).id));
  const { rows } = await running.db.query<{ id: string }>('SELECT id FROM audit ORDER BY id DESC');
  expect(ids.length).toBeGreaterThan(1_200);
  expect(ids).toEqual(rows.map(({ id }) => Number(id)));
});

it('tells of a letter what came after it, though nobody has looked since', async () => {
  await running.write({ correlationId: 'west', value: '{}' });
  const { history } = await running.ask('GET', '/api/dead-letters/0:2');
  expect(history.at(-1).what).toBe('failed again: EVENT_INVALID, letter 0:3');
});
