import { type CrmRecord, type JournalEntry, OnboardingSystem, customerData, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { derivedId } from '../support/derived-ids.js';

// A CRM writes the three forms of CustomerRequested, types with prefix and version, and its correlation id in every place
// where it may stand. The calls and events carry the ids that contract 9 derives.
const GUID = '7D1F0A42-9C3B-4E5D-8F60-A1B2C3D4E5F6';
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const UNUSABLE = 'x'.repeat(129);

const binary = (headers: Record<string, string | string[]>, data: unknown, key: string | null = null): CrmRecord => ({
  key,
  value: JSON.stringify(data),
  headers: { ce_specversion: '1.0', ce_type: 'CustomerRequested', ...headers },
});
const structured = (envelope: Record<string, unknown>, headers: Record<string, string> = {}): CrmRecord => ({
  key: null,
  value: JSON.stringify({ specversion: '1.0', type: 'CustomerRequested', source: '/crm', ...envelope }),
  headers: { 'content-type': 'application/cloudevents+json; charset=utf-8', ...headers },
});
const plain = (data: object, headers: Record<string, string> = {}): CrmRecord => ({
  key: null,
  value: JSON.stringify(data),
  headers,
});

/** Correlation id that must come out, and the record it stands in. */
const requests: Record<string, CrmRecord> = {
  'binary-1': binary({ ce_correlationid: 'binary-1' }, customerData('f1')),
  'binary over header': binary(
    { 'correlation-id': 'other', ce_correlationid: 'binary over header' },
    customerData('f2'),
  ),
  'header when ce is unusable': binary(
    { ce_correlationid: UNUSABLE, 'correlation-id': 'header when ce is unusable' },
    customerData('f3'),
  ),
  'second of two headers': binary({ ce_correlationid: ['', 'second of two headers'] }, customerData('f4')),
  [GUID.toLowerCase()]: binary({ ce_correlationid: GUID }, customerData('f5'), 'the-key'),
  'Case Matters': binary({ ce_correlationid: 'Case Matters' }, customerData('f6')),
  'case matters': binary({ ce_correlationid: 'case matters' }, customerData('f7')),
  [`{${GUID}}`]: binary({ ce_correlationid: `{${GUID}}` }, customerData('f8')),
  ' ': binary({ ce_correlationid: ' ' }, customerData('f9')),
  'structured-1': structured({ correlationid: 'structured-1', id: 'event-1', data: customerData('f10') }),
  'structured header first': structured(
    { correlationid: 'not this', data: customerData('f11') },
    { ce_correlationid: 'structured header first' },
  ),
  'structured after attribute': structured(
    { correlationid: 7, data: { ...customerData('f12'), correlationId: 'never' } },
    { 'correlation-id': 'structured after attribute' },
  ),
  'plain-1': plain({ ...customerData('f13'), correlationId: 'plain-1' }),
  'plain header first': plain(
    { ...customerData('f14'), correlationId: 'no' },
    { 'correlation-id': 'plain header first' },
  ),
  'prefixed type': binary(
    { ce_type: 'com.example.crm.CustomerRequested.v1', ce_correlationid: 'prefixed type' },
    customerData('f15'),
  ),
  traced: binary({ ce_correlationid: 'traced', ce_id: 'event-2', traceparent: TRACE }, customerData('f16')),
};

const others: CrmRecord[] = [
  binary({ ce_type: 'com.example.crm.CustomerDeleted.v1', ce_correlationid: 'o1' }, customerData('o1')),
  binary({ ce_type: 'CustomerRequestedTwice', ce_correlationid: 'o2' }, customerData('o2')),
  { key: null, value: 'no json', headers: { ce_specversion: '1.0', ce_correlationid: 'o3' } },
  structured({ type: 'CustomerDeleted', correlationid: 'o4', data: customerData('o4') }),
  structured({ type: 'CustomerDeleted', correlationid: 'o5', data: customerData('o5') }),
];

let system: OnboardingSystem;
let creates: JournalEntry[];

beforeAll(async () => {
  system = await OnboardingSystem.start({ brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') });
  await system.startWorker();
  await system.request([...others, ...Object.values(requests)]);
  await system.settled();
  creates = await system.simulator.journal('?operation=create');
});
afterAll(() => system.stop());

it('takes each correlation id from where the order of contract 2 finds it first', async () => {
  expect([...(await system.created()).keys()].sort()).toEqual(Object.keys(requests).sort());
  expect(await system.read('deadLetter')).toEqual([]);
});

it('sends the derived ids with every create', () => {
  expect(creates).toHaveLength(Object.keys(requests).length);
  for (const [id, record] of Object.entries(requests)) {
    const domain = /"domain":"([^"]+)"/.exec(String(record.value))?.[1];
    const create = creates.find((entry) => entry.domain === domain);
    expect(create?.requestId).toBe(derivedId(`request/${id}/1`));
    const isGuid = /^[0-9a-f-]{36}$/.test(id);
    expect(create?.correlationId).toBe(isGuid ? id : derivedId(`correlation/${id}`));
  }
});

it('publishes under the derived event id, with the key, the cause and the trace of the request', async () => {
  for (const { headers, key, value } of await system.read('created')) {
    const { correlationId: id } = JSON.parse(String(value)) as { correlationId: string };
    const request = requests[id];
    expect(String(key)).toBe(request?.key ?? id);
    const causes: Record<string, string> = { 'structured-1': 'event-1', traced: 'event-2' };
    const { createdAt } = JSON.parse(String(value)) as { createdAt: string };
    expect(headers).toEqual({
      ce_specversion: '1.0',
      ce_type: 'CustomerCreated',
      ce_id: derivedId(`created/${id}`),
      ce_source: '/customer-onboarding',
      ce_time: createdAt,
      ce_correlationid: id,
      'content-type': 'application/json',
      ...(causes[id] ? { ce_causationid: causes[id] } : {}),
      ...(id === 'traced' ? { traceparent: TRACE } : {}),
    });
  }
});

it('skips and counts other types and logs each once', async () => {
  const worker = system.workers[0];
  const skipped = /^onboarding_records_total\{result="other-type"\} (\d+)/m.exec((await worker?.metrics()) ?? '')?.[1];
  expect(skipped).toBe(String(others.length));
  const lines = worker?.process.stdout.split('\n').filter((line) => line.includes('another type')) ?? [];
  expect(lines.map((line) => (JSON.parse(line) as { type: string }).type).sort()).toEqual([
    'CustomerDeleted',
    'CustomerRequestedTwice',
    'com.example.crm.CustomerDeleted.v1',
    'no type',
  ]);
});

it('takes the same GUID in another case for the same onboarding, and a different case of another id not', async () => {
  await system.request([requestRecord(GUID.toLowerCase(), customerData('f5')), requestRecord('CASE MATTERS')]);
  await system.settled();
  expect([...(await system.created()).keys()].sort()).toEqual([...Object.keys(requests), 'CASE MATTERS'].sort());
  expect(await system.read('deadLetter')).toEqual([]);
});
