import { CloudEvent, Kafka } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, type DecodedRecord } from './decode-record.js';
import type { IncomingRecord } from './record.js';
import {
  binaryRecord,
  CORRELATION_ID,
  jsonBuffer,
  plainRecord,
  recordOf,
  structuredRecord,
  validData,
} from './requests.fixture.js';

const options = { groupId: 'customer-onboarding', checkRules: () => [] };
const decode = (record: IncomingRecord): DecodedRecord => decodeRecord(record, options);
const INVALID_UTF8 = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff]), Buffer.from('"}')]);
const DEEP = Buffer.from('{"companyProfile":'.repeat(200_000));
const DEEP_ARRAY = Buffer.from(`{"correlationId":"c","x":${'['.repeat(500_000)}${']'.repeat(500_000)}}`);

describe('the three forms', () => {
  it.each([
    ['binary', binaryRecord()],
    ['structured', structuredRecord()],
    ['plain', plainRecord()],
  ])('the %s form gives the same request', (_form, record) => {
    expect(decode(record)).toMatchObject({
      kind: 'request',
      correlationId: CORRELATION_ID,
      domain: 'northbakery42.onmicrosoft.com',
      data: validData(),
    });
  });

  it('the domain of a request is the one that is sent, in lower case', () => {
    const value = { ...validData(), companyProfile: { domain: ' NorthBakery42.onmicrosoft.com\t' } };
    expect(decode(binaryRecord({ value: jsonBuffer(value) }))).toMatchObject({
      domain: 'northbakery42.onmicrosoft.com',
      data: { companyProfile: { domain: ' NorthBakery42.onmicrosoft.com\t' } },
    });
  });

  it('the country of a request is in upper case, and its reseller is nobody unless one is named', () => {
    const defaultAddress = { country: 'de', addressLine1: 'Hauptstr. 1' };
    const named = { associatedPartnerId: '11111111-1111-4111-8111-111111111111' };
    const value = { ...validData(), billingProfile: { ...validData().billingProfile, defaultAddress } };
    expect(decode(binaryRecord({ value: jsonBuffer(value) }))).toMatchObject({
      country: 'DE',
      associatedPartnerId: null,
    });
    expect(decode(binaryRecord({ value: jsonBuffer({ ...value, ...named }) }))).toMatchObject(named);
  });

  it('what the CloudEvents SDK writes is read, in both modes', () => {
    const event = new CloudEvent({
      id: 'sdk-1',
      source: '/crm',
      type: 'com.example.crm.CustomerRequested.v1',
      correlationid: CORRELATION_ID,
      datacontenttype: 'application/json',
      data: validData(),
    });
    for (const message of [Kafka.binary(event), Kafka.structured(event)]) {
      const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)] as const);
      const value = typeof message.value === 'string' ? Buffer.from(message.value) : jsonBuffer(message.value);
      expect(decode(recordOf({ headers, value }))).toMatchObject({
        kind: 'request',
        causationId: 'sdk-1',
        data: validData(),
      });
    }
  });

  it('a record with both marks is binary', () => {
    const record = binaryRecord({ headers: [['content-type', 'application/cloudevents+json']] });
    expect(decode(record).kind).toBe('request');
  });

  it.each([
    'CustomerRequested',
    'com.example.crm.CustomerRequested.v1',
    'crm-x.CustomerRequested',
    'CustomerRequested.v2.1',
  ])('type %s is taken', (type) => {
    expect(
      decode(
        recordOf({
          headers: [
            ['ce_specversion', '1.0'],
            ['ce_type', type],
            ['correlation-id', 'a'],
          ],
        }),
      ).kind,
    ).toBe('request');
    expect(decode(structuredRecord({ type })).kind).toBe('request');
  });

  it.each([
    'CustomerCreated',
    'customerrequested',
    'NotCustomerRequested',
    'CustomerRequested.draft',
    'a..CustomerRequested',
    '',
  ])('type "%s" is skipped, whatever the value is', (type) => {
    const headers = [
      ['ce_specversion', '1.0'],
      ['ce_type', type],
    ] as const;
    expect(decode(recordOf({ headers, value: INVALID_UTF8 }))).toMatchObject({ kind: 'skipped', reason: 'other-type' });
    expect(decode(structuredRecord({ type, data: 1 }))).toMatchObject({ kind: 'skipped', reason: 'other-type' });
  });

  it('an envelope without a type is skipped, in either mode', () => {
    expect(decode(recordOf({ headers: [['ce_specversion', '1.0']] }))).toMatchObject({
      reason: 'other-type',
      detail: 'no type',
    });
    expect(decode(structuredRecord({ type: undefined }))).toMatchObject({ reason: 'other-type', detail: 'no type' });
  });

  it('the media type of an envelope is compared without case, blanks and parameters', () => {
    const { value } = structuredRecord();
    const headers = [['content-type', 'Application/CloudEvents+JSON ; charset="utf-8"']] as const;
    expect(decode(recordOf({ value, headers }))).toMatchObject({ kind: 'request', causationId: 'e-1' });
  });

  it('a type longer than 256 characters is skipped, though its form is right', () => {
    expect(decode(structuredRecord({ type: `${'a.'.repeat(150)}CustomerRequested` })).kind).toBe('skipped');
  });

  it('a type of a million characters is skipped and its detail stays short', () => {
    const decoded = decode(structuredRecord({ type: `${'a.'.repeat(500_000)}CustomerRequested!` }));
    expect(decoded).toMatchObject({ kind: 'skipped' });
    expect(decoded.kind === 'skipped' && decoded.detail.length).toBeLessThanOrEqual(256);
  });
});

describe('a replay', () => {
  it('for another group is skipped before anything else is looked at', () => {
    const record = recordOf({ value: null, headers: [['replay-group', 'someone-else']] });
    expect(decode(record)).toMatchObject({ kind: 'skipped', reason: 'other-group' });
  });

  it.each([
    ['3', 3],
    ['-1', 0],
    ['1.5', 0],
    ['99999999999', 0],
    [null, 0],
  ])('with replay-count %s counts %d', (text, count) => {
    const headers = [
      ['replay-group', options.groupId],
      ['replay-id', 'r-1'],
      ['replay-count', text],
    ] as const;
    expect(decode(binaryRecord({ headers }))).toMatchObject({ kind: 'request', replay: { id: 'r-1', count } });
  });

  it('is known of a refused record too', () => {
    const record = binaryRecord({ value: null, headers: [['replay-id', 'r-1']] });
    expect(decode(record)).toMatchObject({ kind: 'refused', replay: { id: 'r-1', count: 0 } });
  });
});

describe('the correlation id', () => {
  const all = (header: string | Buffer, other: string | Buffer, member: unknown): IncomingRecord =>
    plainRecord({ correlationId: member }, [
      ['ce_correlationid', header],
      ['correlation-id', other],
    ]);
  const idOf = (record: IncomingRecord): unknown => (decode(record) as { correlationId?: unknown }).correlationId;

  it('comes from ce_correlationid, then correlation-id, then the plain member', () => {
    expect(idOf(all('first', 'second', 'third'))).toBe('first');
    expect(idOf(all('', 'second', 'third'))).toBe('second');
    expect(idOf(all('ä', Buffer.from([0xff]), 'third'))).toBe('third');
  });

  it('comes from the attribute before the header correlation-id, and never from the data of an envelope', () => {
    expect(idOf(structuredRecord({ correlationid: 'attribute' }, [['correlation-id', 'header']]))).toBe('attribute');
    expect(idOf(structuredRecord({ correlationid: 'x'.repeat(129) }, [['correlation-id', 'header']]))).toBe('header');
    expect(
      decode(structuredRecord({ correlationid: 7, data: { ...validData(), correlationId: 'member' } })),
    ).toMatchObject({
      code: 'CORRELATION_ID_MISSING',
      correlationId: null,
    });
  });

  it('comes from the first header of a name whose value is usable', () => {
    const headers = [
      ['correlation-id', null],
      ['correlation-id', 'ä'],
      ['correlation-id', 'b'],
      ['correlation-id', 'c'],
    ] as const;
    expect(idOf(plainRecord({}, headers))).toBe('b');
  });

  it('is never taken from the data of a record in binary mode', () => {
    const headers = [
      ['ce_specversion', '1.0'],
      ['ce_type', 'CustomerRequested'],
    ] as const;
    expect(decode(plainRecord({}, headers))).toMatchObject({ code: 'CORRELATION_ID_MISSING' });
  });

  it('is lower-cased when it is a GUID and compared byte for byte otherwise', () => {
    expect(idOf(plainRecord({ correlationId: CORRELATION_ID.toUpperCase() }))).toBe(CORRELATION_ID);
    expect(idOf(plainRecord({ correlationId: 'Order 7' }))).toBe('Order 7');
  });

  it('of a header is known of an undecodable record', () => {
    expect(decode(binaryRecord({ value: INVALID_UTF8 }))).toMatchObject({
      code: 'EVENT_UNDECODABLE',
      correlationId: CORRELATION_ID,
    });
    expect(decode(structuredRecord({ data: 'text' }))).toMatchObject({
      code: 'EVENT_UNDECODABLE',
      correlationId: CORRELATION_ID,
    });
  });

  it('that is missing is reported before the shape, with the customer reference', () => {
    expect(decode(plainRecord({ correlationId: null, billingProfile: 3 }))).toMatchObject({
      code: 'CORRELATION_ID_MISSING',
      customerReference: '001A000001',
    });
  });
});

describe('an undecodable value', () => {
  it.each([
    ['tombstone', null],
    ['empty value', Buffer.alloc(0)],
    ['invalid UTF-8', INVALID_UTF8],
    ['array', Buffer.from('[{}]')],
    ['text', Buffer.from('"x"')],
    ['null', Buffer.from('null')],
    ['two objects', Buffer.from('{}{}')],
    ['unclosed object 200,000 deep', DEEP],
  ])('%s is EVENT_UNDECODABLE in every form', (_name, value) => {
    const structured = recordOf({ value, headers: [['content-type', 'application/cloudevents+json']] });
    for (const record of [binaryRecord({ value }), recordOf({ value }), structured]) {
      expect(decode(record)).toMatchObject({ kind: 'refused', code: 'EVENT_UNDECODABLE', fields: [] });
    }
  });

  it('is not one that starts with a byte order mark', () => {
    const value = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), jsonBuffer(validData())]);
    expect(decode(binaryRecord({ value })).kind).toBe('request');
  });

  it('is not one with an unknown member nested 500,000 deep', () => {
    expect(decode(recordOf({ value: DEEP_ARRAY }))).toMatchObject({ code: 'EVENT_INVALID' });
  });
});

describe('trace and cause', () => {
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

  it('are passed on when they are well formed', () => {
    const headers = [
      ['ce_id', 'e-9'],
      ['traceparent', trace],
    ] as const;
    expect(decode(binaryRecord({ headers }))).toMatchObject({ causationId: 'e-9', traceparent: trace });
    expect(decode(structuredRecord({ traceparent: trace }))).toMatchObject({ causationId: 'e-1', traceparent: trace });
  });

  it('are null when they could not be stored or are no trace', () => {
    for (const id of ['a\0b', '', 'x'.repeat(513), Buffer.from([0x61, 0xff])]) {
      const headers = [
        ['ce_id', id],
        ['traceparent', '00-xyz'],
      ] as const;
      expect(decode(binaryRecord({ headers }))).toMatchObject({ causationId: null, traceparent: null });
    }
  });
});

describe('the rules', () => {
  it('that are broken refuse the event with each message and each field', () => {
    const checkRules = (): { field: string; message: string }[] => [
      { field: 'billingProfile.defaultAddress.state', message: 'is required in US' },
      { field: 'billingProfile.defaultAddress.city', message: 'is required in US' },
    ];
    expect(decodeRecord(binaryRecord(), { ...options, checkRules })).toMatchObject({
      code: 'RULE_VIOLATION',
      message:
        'billingProfile.defaultAddress.state is required in US; billingProfile.defaultAddress.city is required in US',
      fields: ['billingProfile.defaultAddress.state', 'billingProfile.defaultAddress.city'],
    });
  });

  it('that throw refuse the event and quote nothing of it', () => {
    const checkRules = (): never => {
      throw new RangeError('North Bakery');
    };
    const decoded = decodeRecord(binaryRecord(), { ...options, checkRules });
    expect(decoded).toMatchObject({ code: 'RULE_VIOLATION', fields: [] });
    expect(JSON.stringify(decoded)).not.toContain('Bakery');
  });
});

describe('for all records', () => {
  const bytes = fc.option(fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array)));
  const name = fc.constantFrom(
    ...['ce_specversion', 'ce_type', 'ce_id', 'ce_correlationid', 'content-type', 'correlation-id'],
    ...['replay-id', 'replay-count', 'replay-group', 'traceparent', '__proto__', 'constructor'],
  );
  const text = fc.constantFrom(
    '1.0',
    'CustomerRequested',
    'application/cloudevents+json',
    'customer-onboarding',
    CORRELATION_ID,
  );
  const headers = fc.array(fc.tuple(name, fc.oneof(bytes, text)), { maxLength: 8 });
  const member = fc.constantFrom(
    ...[
      'companyProfile',
      'billingProfile',
      'defaultAddress',
      'domain',
      'email',
      'data',
      'type',
      'correlationId',
      '__proto__',
    ],
  );
  const { json } = fc.letrec<{ json: unknown }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue({ maxDepth: 2, noUnicodeString: false }),
      fc.dictionary(member, tie('json'), { maxKeys: 4 }),
    ),
  }));
  const value = fc.oneof(
    bytes,
    json.map((parsed) => Buffer.from(JSON.stringify(parsed))),
  );

  it('decoding ends in one of the three kinds and never throws', () => {
    fc.assert(
      fc.property(value, headers, (bytesOfValue, someHeaders) => {
        const decoded = decode(recordOf({ value: bytesOfValue, headers: someHeaders }));
        expect(['request', 'refused', 'skipped']).toContain(decoded.kind);
      }),
      { numRuns: 2000 },
    );
  });

  it('a message never shows a value of the payload', () => {
    const secret = 'zq9-secret-7';
    const broken = fc.constantFrom<unknown>(`${secret}\0`, [secret], { [secret]: secret }, secret.repeat(200));
    const path = fc.constantFrom('companyProfile', 'billingProfile', 'associatedPartnerId', 'customerReference');
    fc.assert(
      fc.property(path, broken, (field, content) => {
        const decoded = decode(plainRecord({ [field]: content }));
        expect(decoded).toMatchObject({ kind: 'refused', code: 'EVENT_INVALID' });
        expect(JSON.stringify({ ...decoded, customerReference: null })).not.toContain('secret');
      }),
    );
  });
});
