/**
 * Dead letters made to harm whoever looks at them: markup in every text, a megabyte in one value, bytes that are no
 * UTF-8, JSON nested a hundred thousand times. All of it comes out as JSON that a browser takes for nothing else.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, RunningConsole, VIEWER, bearer, codeOf, type Json } from './support.js';

const SCRIPT = `<script>alert(1)</script><img src=x onerror="alert(2)">\u2028'"\`\u0000`;
const MEGABYTE = 'x'.repeat(1_000_000);
const [MARKUP, LARGE, BROKEN, DEEP, FOREIGN] = ['0:0', '0:1', '0:2', '0:3', '0:4'];
let running: RunningConsole;

beforeAll(async () => {
  running = await RunningConsole.start();
  const data = {
    billingProfile: { companyName: SCRIPT, culture: SCRIPT },
    [SCRIPT]: SCRIPT,
    __proto__: { isAdmin: true },
  };
  await running.write(
    {
      value: JSON.stringify(data),
      correlationId: '<script>alert(1)</script>',
      message: SCRIPT.slice(0, -1),
      fields: ['<b>field</b>'],
      requestId: '<i>1</i>',
      sentHeaders: { '<u>name</u>': SCRIPT, ce_id: SCRIPT },
    },
    { value: JSON.stringify({ companyProfile: { companyName: MEGABYTE } }) },
    {
      value: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      sentHeaders: { ce_id: Buffer.from([0xff]) },
    },
    { value: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
    {
      value: `${'['.repeat(100_000)}${']'.repeat(100_000)}`,
      code: SCRIPT as never,
      failedAt: SCRIPT,
      httpStatus: SCRIPT as never,
    },
  );
});
afterAll(() => running.stop());

async function documentAt(path: string, token = OPERATOR): Promise<Json> {
  const response = await running.call('GET', path, bearer(token));
  expect({ path, status: response.status }).toEqual({ path, status: 200 });
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('content-security-policy')).toContain("script-src 'self'");
  return response.json();
}

describe('a hostile dead letter', () => {
  it('is listed and grouped as the texts that it has', async () => {
    const { total, letters } = await documentAt('/api/dead-letters');
    expect(total).toBe(5);
    const markup = letters.find(({ id }: { id: string }) => id === MARKUP);
    expect(markup).toMatchObject({ correlationId: '<script>alert(1)</script>', fields: ['<b>field</b>'] });
    await documentAt('/api/dead-letters/groups');
    await documentAt('/api/overview');
    await documentAt(`/api/dead-letters?correlationId=${encodeURIComponent('<script>alert(1)</script>')}`);
  });

  it.each([MARKUP, LARGE, BROKEN, DEEP, FOREIGN])(
    '%s is shown masked to viewers and whole to operators',
    async (id) => {
      expect((await documentAt(`/api/dead-letters/${id}`, VIEWER)).id).toBe(id);
      expect((await documentAt(`/api/dead-letters/${id}?reveal=1`)).id).toBe(id);
    },
  );

  it('has its markup as text, and no say in what an object is', async () => {
    const { payload, headers } = await documentAt(`/api/dead-letters/${MARKUP}?reveal=1`);
    expect(payload.billingProfile.companyName).toBe(SCRIPT);
    const masked = await documentAt(`/api/dead-letters/${MARKUP}`, VIEWER);
    expect(masked.payload.billingProfile).toMatchObject({ companyName: '•••', culture: SCRIPT });
    expect(payload.isAdmin).toBeUndefined();
    expect(headers).toContainEqual(['<u>name</u>', SCRIPT]);
  });

  it('of a megabyte arrives whole where it is asked for', async () => {
    const { payload } = await documentAt(`/api/dead-letters/${LARGE}?reveal=1`);
    expect(payload.companyProfile.companyName).toBe(MEGABYTE);
  });

  it('of broken UTF-8 is a text with marks in its place', async () => {
    const { payload, text, headers } = await documentAt(`/api/dead-letters/${BROKEN}?reveal=1`);
    expect([payload, text.startsWith('{"\ufffd')]).toEqual([null, true]);
    expect(headers).toContainEqual(['ce_id', '\ufffd']);
  });

  it('can be planned, and what an edit of it does be shown', async () => {
    const plan = await running.ask('POST', '/api/plans', { selection: { all: true } });
    expect(plan).toMatchObject({ state: 'planned', total: 5 });
    for (const id of [MARKUP, LARGE, BROKEN, DEEP, FOREIGN]) {
      const preview = await running.ask('POST', '/api/edit/preview', {
        id,
        patch: { billingProfile: { email: SCRIPT.replace('\u0000', '') } },
      });
      expect(preview).toMatchObject({ verdict: { ok: false } });
    }
    const unstorable = { id: MARKUP, patch: { billingProfile: { email: SCRIPT } } };
    expect(await running.ask('POST', '/api/edit/preview', unstorable)).toMatchObject({ error: { code: 'USAGE' } });
  });
});

describe('a hostile request', () => {
  it.each([
    '/api/dead-letters/0:99999999999999999999',
    '/api/dead-letters/x',
    '/api/dead-letters/%00',
    '/api/dead-letters/%ff',
    '/api/dead-letters/..%2f..%2fetc%2fpasswd',
    '/api/dead-letters?group=%00',
    '/api/dead-letters?group=a&group=b',
    '/api/dead-letters?group[$ne]=a',
    "/api/dead-letters?reason=';drop table dead_letter;--&x=1",
    '/api/dead-letters?since=yesterday',
    '/api/dead-letters?limit=501',
    '/api/dead-letters?after=x',
    '/api/onboardings?q=%00',
    `/api/onboardings?q=${'x'.repeat(257)}`,
    '/api/onboardings/%00',
    '/api/audit?before=1e9',
    '/api/plans/x/letters?after=-1',
  ])('%s is refused as one that cannot be understood', async (path) => {
    const response = await running.call('GET', path, bearer(VIEWER));
    expect([response.status, await codeOf(response)]).toEqual([400, 'USAGE']);
  });

  it.each([
    ['without a selection', '/api/plans', {}],
    ['of nothing', '/api/plans', { selection: {} }],
    ['with a list as edit', '/api/plans', { selection: { all: true }, patch: [] }],
    ['of the correlation id', '/api/plans', { selection: { all: true }, patch: { correlationId: 'another' } }],
    ['with a member that is none', '/api/plans', { selection: { all: true }, force: true }],
    ['nested too deeply', '/api/plans', nested(40)],
    ['nested far too deeply', '/api/plans', nested(30_000)],
    ['without an edit', '/api/edit/preview', { id: '0:0' }],
    ['of no letter', '/api/edit/preview', { id: 'x', patch: {} }],
    ['with texts for numbers', '/api/plans/x/start', { ramp: ['1'] }],
    ['with a word for a number', '/api/plans/x/start', { rate: 'fast' }],
  ])('for a change %s is too', async (_what, path, body) => {
    const response = await running.call('POST', path, bearer(OPERATOR), body);
    expect([response.status, await codeOf(response)]).toEqual([400, 'USAGE']);
  });
});

function nested(levels: number): string {
  return `{"selection":{"all":true},"patch":${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}}`;
}
