import { type ReadRecord, type RawRecord, OnboardingSystem, customerData } from '#testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { derivedId } from '../support/derived-ids.js';

// Into one partition come bytes that are no JSON, tombstones, wrong shapes, broken rules, odd headers and a megabyte, each
// followed by a good request. Each becomes a dead letter byte for byte, and every good request its tenant.
const binary = { ce_specversion: '1.0', ce_type: 'CustomerRequested' };
const withId = (id: string): [string, Buffer][] => headersOf({ ...binary, ce_id: `event-${id}`, ce_correlationid: id });
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
const withAddress = (address: Record<string, unknown>): unknown => customerData('x', { address });

interface Case {
  record: RawRecord;
  code: string;
  id?: string;
  fields?: string[];
  nullHeaders?: string[];
}
const cases: Record<string, Case> = {
  'random bytes': {
    record: { value: randomBytes(300), headers: withId('bytes') },
    code: 'EVENT_UNDECODABLE',
    id: 'bytes',
  },
  'invalid UTF-8': {
    record: {
      key: Buffer.of(0xff, 0),
      value: Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}')]),
    },
    code: 'EVENT_UNDECODABLE',
  },
  tombstone: { record: { key: Buffer.from('k'), headers: withId('tomb') }, code: 'EVENT_UNDECODABLE', id: 'tomb' },
  'everything null': { record: {}, code: 'EVENT_UNDECODABLE' },
  'everything empty': { record: { key: Buffer.alloc(0), value: Buffer.alloc(0) }, code: 'EVENT_UNDECODABLE' },
  'JSON array': { record: { value: json([1]), headers: withId('array') }, code: 'EVENT_UNDECODABLE', id: 'array' },
  'no correlation id': { record: { value: json(customerData('x')) }, code: 'CORRELATION_ID_MISSING' },
  'an id of 129 characters': {
    record: { value: json({ ...customerData('x'), correlationId: 'x'.repeat(129) }) },
    code: 'CORRELATION_ID_MISSING',
  },
  'missing members': {
    record: { value: json({ companyProfile: {}, billingProfile: { defaultAddress: {} } }), headers: withId('shape') },
    code: 'EVENT_INVALID',
    id: 'shape',
    fields: [
      'billingProfile.companyName',
      'billingProfile.culture',
      'billingProfile.defaultAddress.addressLine1',
      'billingProfile.defaultAddress.country',
      'billingProfile.email',
      'billingProfile.language',
      'companyProfile.domain',
    ],
  },
  'a lone surrogate': {
    record: {
      value: Buffer.from(JSON.stringify(customerData('x')).replace('North Bakery', 'x\\ud800')),
      headers: withId('lone'),
    },
    code: 'EVENT_INVALID',
    id: 'lone',
    fields: ['billingProfile.companyName'],
  },
  'a rule of the country': {
    record: { value: json(withAddress({ state: undefined })), headers: withId('rule') },
    code: 'RULE_VIOLATION',
    id: 'rule',
    fields: ['billingProfile.defaultAddress.state'],
  },
  'a megabyte': {
    record: { value: randomBytes(1_048_000), headers: withId('large') },
    code: 'EVENT_UNDECODABLE',
    id: 'large',
  },
  'odd headers': {
    record: {
      value: json('text'),
      headers: [
        ['__proto__', Buffer.from('a')],
        ['1', Buffer.of(0xff, 0xfe)],
        ['same', Buffer.from('first')],
        ['constructor', Buffer.from('b')],
        ['same', null],
        ['same', Buffer.from('third')],
        ['none', null],
        ['', Buffer.alloc(0)],
        ['toString', Buffer.from('c')],
        ['__proto__', Buffer.from('d')],
      ],
    },
    code: 'EVENT_UNDECODABLE',
    nullHeaders: ['same', 'none'],
  },
};

let system: OnboardingSystem;
let letters: ReadRecord[];
let rejected: ReadRecord[];
const offsets = new Map<string, number>();
const sentAt = 1_790_000_000_123;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { EVENT_SOURCE: '/customer-onboarding' },
  });
  await system.startWorker();
  for (const [index, [name, { record }]] of Object.entries(cases).entries()) {
    offsets.set(
      name,
      await system.log.writeRaw(system.topics.requested, 1, [{ ...record, timestampMs: sentAt + index }]),
    );
    const good = { value: json(customerData(`good${index}`)), headers: withId(`good-${index}`) };
    await system.log.writeRaw(system.topics.requested, 1, [good]);
  }
  await system.settled();
  letters = await system.read('deadLetter');
  rejected = await system.read('rejected');
});
afterAll(() => system.stop());

it('makes the tenant of every good request behind them', async () => {
  expect((await system.created()).size).toBe(Object.keys(cases).length);
  expect(letters).toHaveLength(Object.keys(cases).length);
});

it.each(Object.entries(cases))('keeps %s byte for byte, with the headers of contract 4', (name, each) => {
  const { record, code, id, fields, nullHeaders } = each;
  const letter = letterOf(name);
  expect(letter.key).toEqual(record.key ?? null);
  expect(letter.value === null ? null : letter.value.equals(record.value ?? Buffer.alloc(1))).toBe(
    record.value ? true : null,
  );
  const original = letter.headerList.filter(([header]) => !header.startsWith('dead-letter-'));
  expect(byName(original)).toEqual(
    byName((record.headers ?? []).map(([header, value]) => [String(header), value ?? Buffer.alloc(0)])),
  );

  const added = Object.fromEntries(
    letter.headerList
      .filter(([header]) => header.startsWith('dead-letter-'))
      .map(([header, value]) => [header, String(value)]),
  );
  const time = added['dead-letter-failed-at'] ?? '';
  expect(new Date(time).toISOString()).toBe(time);
  expect(added['dead-letter-message']?.length).toBeGreaterThan(10);
  expect(added['dead-letter-message']?.length).toBeLessThanOrEqual(512);
  expect(added['dead-letter-fingerprint']).toMatch(/^[0-9a-f]{16}$/);
  delete added['dead-letter-message'];
  delete added['dead-letter-fingerprint'];
  if (fields) expect((JSON.parse(added['dead-letter-fields'] ?? '') as string[]).sort()).toEqual(fields);
  if (nullHeaders)
    expect((JSON.parse(added['dead-letter-null-headers'] ?? '') as string[]).sort()).toEqual(nullHeaders.sort());
  expect(added).toEqual({
    'dead-letter-original-topic': system.topics.requested,
    'dead-letter-original-partition': '1',
    'dead-letter-original-offset': String(offsets.get(name)),
    'dead-letter-original-timestamp': String(sentAt + Object.keys(cases).indexOf(name)),
    'dead-letter-consumer-group': system.settings['KAFKA_GROUP_ID'],
    ...(id === undefined ? {} : { 'dead-letter-correlation-id': id }),
    'dead-letter-code': code,
    'dead-letter-reason': code === 'EVENT_UNDECODABLE' ? 'undecodable' : 'invalid',
    ...(fields ? { 'dead-letter-fields': added['dead-letter-fields'] } : {}),
    ...(nullHeaders ? { 'dead-letter-null-headers': added['dead-letter-null-headers'] } : {}),
    'dead-letter-first-failed-at': time,
    'dead-letter-failed-at': time,
    'dead-letter-attempts': '0',
    'dead-letter-replays': '0',
  });
});

it('tells the CRM of each that had a correlation id, under the derived event id', () => {
  const told = Object.entries(cases).filter(([, { id }]) => id !== undefined);
  expect(rejected).toHaveLength(told.length);
  for (const [name, { id, code, fields, record }] of told) {
    const letter = letterOf(name);
    const event = rejected.find(({ headers }) => headers['ce_correlationid'] === id);
    expect(event?.key).toEqual(record.key ?? Buffer.from(id ?? ''));
    const coordinates = `${system.topics.requested}/1/${offsets.get(name)}/${letter.headers['dead-letter-original-timestamp']}`;
    expect(event?.headers).toEqual({
      ce_specversion: '1.0',
      ce_type: 'CustomerRejected',
      ce_id: derivedId(`rejected/${coordinates}`),
      ce_source: '/customer-onboarding',
      ce_time: letter.headers['dead-letter-failed-at'],
      ce_correlationid: id,
      ce_causationid: `event-${id}`,
      'content-type': 'application/json',
    });
    const data = JSON.parse(String(event?.value)) as Record<string, unknown>;
    const expected = fields ? (JSON.parse(letter.headers['dead-letter-fields'] ?? '') as string[]) : [];
    expect(data).toEqual({ correlationId: id, code, message: letter.headers['dead-letter-message'], fields: expected });
  }
});

function letterOf(name: string): ReadRecord {
  const letter = letters.find(({ headers }) => headers['dead-letter-original-offset'] === String(offsets.get(name)));
  if (!letter) throw new Error(`no dead letter of ${name}`);
  return letter;
}

function headersOf(headers: Record<string, string>): [string, Buffer][] {
  return Object.entries(headers).map(([name, value]) => [name, Buffer.from(value)]);
}

/** The order between names is not kept, that among headers of one name is. */
function byName(headers: [string, Buffer | null][]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  for (const [name, value] of headers) names.set(name, [...(names.get(name) ?? []), value?.toString('hex') ?? 'null']);
  return new Map([...names].sort());
}
