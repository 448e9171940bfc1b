import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CUSTOMER_ID, customerAnswer, customerData } from '../test-support/builders.js';
import { fault, wire } from '../test-support/wire.js';
import { DOCUMENTED_CODES, RELEVANT_CODES, STATUS_CLASSES } from '#testing';
import { classifyCreate } from './classify-create.js';
import { toCreateBody } from './create-body.js';
import type { AnswerHeaders } from './exchange.js';
import type { Answered } from './refusals.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const REQUEST = toCreateBody(customerData());

function create(status: number, body?: unknown, overrides?: Partial<Answered>) {
  return classifyCreate(wire(status, body, overrides), REQUEST, NOW);
}

/** What a code of the reference must come to, said without looking at the client's table. */
function expectedKind(code: string, status: number, name: string): string {
  if (status >= 500) return 'unclear';
  if (code === '27002') return 'refused-maybe-created';
  if (code === '27100' || status === 409) return 'domain-taken';
  if (['900420', '900421', '10001', '800018'].includes(code) || status === 401) return 'account-refused';
  if (status === 403 || status === 404 || name === 'permanent-config') return 'held';
  return 'refused';
}

describe('classifyCreate', () => {
  it.each(RELEVANT_CODES)('knows $code with HTTP $status as $class', ({ code, status, class: name }) => {
    const http = status ?? 400;
    for (const form of [code, Number(code)]) {
      const answer = create(http, fault(form));
      expect(answer.kind).toBe(expectedKind(code, http, name));
      if ('message' in answer) expect(answer.message).not.toContain('North Bakery');
      if ('code' in answer) expect(answer.code).toBe(code);
    }
  });

  it.each(DOCUMENTED_CODES.filter(({ status }) => status >= 400))('classifies $code with HTTP $status', (entry) => {
    const relevant = RELEVANT_CODES.find(({ code }) => code === entry.code);
    const kind = expectedKind(entry.code, entry.status, relevant?.class ?? '');
    expect(create(entry.status, fault(Number(entry.code))).kind).toBe(kind);
  });

  it.each(STATUS_CLASSES)('classifies HTTP %i without a code as %s', (status, name) => {
    const kind =
      status >= 500 || name === 'ambiguous'
        ? 'unclear'
        : { authRefresh: 'account-refused', throttled: 'throttled', reconcile: 'domain-taken' }[name];
    const expected = kind ?? (status === 403 || status === 404 ? 'held' : 'refused');
    for (const body of ['', '<html><body>Bad Request</body></html>', '[]', '{}']) {
      expect(create(status, body)).toMatchObject({ kind: expected });
    }
  });

  it('takes a code that HTTP 200 carries for no customer', () => {
    expect(create(200, fault(400072))).toMatchObject({ kind: 'unclear', why: 'damaged-answer', httpStatus: 200 });
  });

  it('reads the customer of a 201 and of a 200', () => {
    for (const status of [200, 201]) {
      expect(create(status, customerAnswer())).toEqual({
        kind: 'created',
        httpStatus: status,
        customer: {
          customerId: CUSTOMER_ID,
          tenantId: CUSTOMER_ID,
          commerceId: '0b7b8a54-3a43-4a0c-8a3e-111111111111',
          domain: 'northbakery42.onmicrosoft.com',
          companyName: 'North Bakery',
          relationshipToPartner: 'reseller',
          userName: 'admin',
          password: 'Qz;4=t*Lm',
        },
      });
    }
  });

  it('reads PascalCase, a BOM, other casing of the domain, and takes the company name of the billing profile', () => {
    const pascal = {
      Id: CUSTOMER_ID.toUpperCase(),
      CompanyProfile: { TenantId: CUSTOMER_ID, Domain: 'NorthBakery42.onmicrosoft.COM' },
      BillingProfile: { CompanyName: 'North Bakery Inc.' },
      Unknown: { deep: [1, 2, { x: null }] },
    };
    expect(create(201, `\ufeff${JSON.stringify(pascal)}`)).toMatchObject({
      kind: 'created',
      customer: { domain: 'NorthBakery42.onmicrosoft.COM', companyName: 'North Bakery Inc.' },
    });
    delete (pascal as Partial<typeof pascal>).BillingProfile;
    expect(create(201, pascal)).toMatchObject({ kind: 'created', customer: { companyName: 'North Bakery' } });
  });

  it('finds a contradiction in another domain and in two tenant ids', () => {
    const other = customerAnswer({ companyProfile: { tenantId: CUSTOMER_ID, domain: 'other.onmicrosoft.com' } });
    expect(create(201, other)).toMatchObject({ kind: 'contradicted', tenantId: CUSTOMER_ID });
    const two = { tenantId: CUSTOMER_ID.replace('6', '7'), domain: 'northbakery42.onmicrosoft.com' };
    expect(create(201, customerAnswer({ companyProfile: two }))).toMatchObject({ kind: 'contradicted' });
  });

  it('takes every 2xx it cannot read for unclear, never for created or for a no', () => {
    const whole = JSON.stringify(customerAnswer());
    const broken = fc.oneof(
      fc.string(),
      fc.json(),
      fc.nat(whole.length - 1).map((length) => whole.slice(0, length)),
      fc.constantFrom('{"id":"1"}', JSON.stringify(customerAnswer({ id: '00000000-0000-0000-0000-000000000000' }))),
    );
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 299 }), broken, (status, text) => {
        expect(create(status, text)).toMatchObject({ kind: 'unclear', why: 'damaged-answer', httpStatus: status });
      }),
    );
  });

  it('does not trust a body that did not arrive whole', () => {
    const cut = { damage: 'connection-lost', text: '' } as const;
    expect(create(201, '', cut)).toMatchObject({ kind: 'unclear', why: 'damaged-answer' });
    expect(create(201, '', { damage: 'timeout' })).toMatchObject({ kind: 'unclear', why: 'timeout' });
    expect(create(400, '', cut)).toMatchObject({ kind: 'unclear', why: 'damaged-answer', httpStatus: 400 });
    expect(create(400, '{"code":27')).toMatchObject({ kind: 'unclear', why: 'damaged-answer' });
    expect(create(429, '', cut)).toMatchObject({ kind: 'throttled' });
    expect(create(403, '', cut)).toMatchObject({ kind: 'held' });
  });

  it('never reads a status outside 2xx and 4xx as created or as a definite no', () => {
    const statuses = fc.integer({ min: 100, max: 999 }).filter((status) => status < 200 || status >= 300);
    fc.assert(
      fc.property(statuses, fc.oneof(fc.json(), fc.constant(JSON.stringify(customerAnswer()))), (status, body) => {
        const { kind } = create(status, body);
        expect(kind).not.toBe('created');
        if (status < 400 || status >= 500) expect(kind).toBe('unclear');
      }),
    );
  });

  it.each([
    ['lost', 'timeout'],
    ['lost', 'connection-lost'],
  ] as const)('takes an answer that is %s by %s for unclear', (kind, why) => {
    expect(classifyCreate({ kind, why }, REQUEST, NOW)).toMatchObject({ kind: 'unclear', why, httpStatus: null });
  });

  it('keeps a request that was not sent as it is', () => {
    const notSent = { kind: 'not-sent', why: 'dns', message: 'm' } as const;
    expect(classifyCreate(notSent, REQUEST, NOW)).toEqual(notSent);
  });

  it('passes Retry-After on, of a 429 and of a 503', () => {
    const headers: AnswerHeaders = { 'retry-after': '57' };
    expect(create(429, '', { headers })).toEqual({ kind: 'throttled', retryAfterMs: 57_000 });
    expect(create(503, '', { headers })).toMatchObject({ kind: 'unclear', why: 'server-error', retryAfterMs: 57_000 });
    expect(create(429)).toEqual({ kind: 'throttled', retryAfterMs: null });
  });

  it('names fields by known property paths only', () => {
    const data = ['billingProfile.defaultAddress.addressLine1', 'BILLINGPROFILE.EMAIL', 'North Bakery', { x: 1 }, 7];
    const answer = create(400, fault(2001, { data }));
    expect(answer).toMatchObject({
      fields: ['billingProfile.defaultAddress.addressLine1', 'billingProfile.email'],
    });
    expect(create(400, fault(600051))).toMatchObject({ fields: ['billingProfile.defaultAddress.phoneNumber'] });
    expect(create(400, fault(27002, { description: 'NotificationEmailAddress: x@y.u is invalid' }))).toMatchObject({
      kind: 'refused-maybe-created',
      fields: ['billingProfile.email'],
    });
    expect(create(400, fault(2001, { data: { a: 'companyProfile.domain' } }))).toMatchObject({
      fields: ['companyProfile.domain'],
    });
  });

  it('never passes on text of the service, whatever it puts where', () => {
    const secret = 'Gena Ray 7165550100';
    const place = fc.constantFrom('code', 'description', 'message', 'data', 'source', 'errorName', 'error');
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        place,
        fc.constantFrom<(v: string) => unknown>(
          (v) => v,
          (v) => [v],
          (v) => ({ [v]: v }),
          (v) => ({ code: v }),
        ),
        (status, name, wrap) => {
          const answer = create(status, { code: 2000, [name]: wrap(secret) });
          expect(JSON.stringify(answer)).not.toContain('Ray');
        },
      ),
    );
  });

  it('reads codes of every form and drops what is none', () => {
    const codeOf = (body: unknown) => (create(400, body) as { code: string | null }).code;
    expect(codeOf({ Code: ' 600049 ' })).toBe('600049');
    expect(codeOf({ error: { code: 'BadRequest', message: 'x' } })).toBe('BadRequest');
    expect(codeOf({ code: 600061, errorName: 'x', parameters: {} })).toBe('600061');
    for (const code of ['', 'a b', 'x'.repeat(33), 'é', null, true, {}, 1.5, 1e300])
      expect(codeOf({ code })).toBeNull();
  });
});
