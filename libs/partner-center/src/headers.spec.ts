import { expect, it } from 'vitest';
import { requestHeaders } from './headers.js';

const IDS = { requestId: 'r', correlationId: 'c' };

it('are those of reference 1.2 that mean something to us, and no other', () => {
  expect(named(requestHeaders({}, 't', IDS))).toEqual({
    Authorization: 'Bearer t',
    Accept: 'application/json',
    'MS-RequestId': 'r',
    'MS-CorrelationId': 'c',
    'MS-Contract-Version': 'v1',
    'X-Locale': 'en-US',
    'MS-PartnerCenter-Application': 'customer-onboarding',
  });
});

it('name a content type only with a body, and a continuation token only on a later page', () => {
  const first = named(requestHeaders({ body: '{}', continuationToken: null }, 't', IDS));
  expect(first).toMatchObject({ 'Content-Type': 'application/json' });
  expect(first).not.toHaveProperty('MS-ContinuationToken');
  const later = named(requestHeaders({ continuationToken: 'x' }, 't', IDS));
  expect(later).toMatchObject({ 'MS-ContinuationToken': 'x' });
  expect(later).not.toHaveProperty('Content-Type');
});

function named(headers: string[]): Record<string, string> {
  return Object.fromEntries(headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? '']] : [])));
}
