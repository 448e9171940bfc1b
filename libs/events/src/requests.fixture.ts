import type { IncomingRecord } from './record.js';

/** A valid default for every part of a record; a test states only what it is about. */
export const CORRELATION_ID = '0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d';

export function validData(): Record<string, unknown> & { companyProfile: object; billingProfile: object } {
  return {
    customerReference: '001A000001',
    companyProfile: { domain: 'NorthBakery42.onmicrosoft.com' },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      language: 'en',
      companyName: 'North Bakery',
      defaultAddress: { country: 'US', addressLine1: '123 Main Street', phoneNumber: '' },
    },
  };
}

export interface RecordParts {
  value?: Buffer | null;
  headers?: readonly (readonly [string, string | Buffer | null])[];
}

export function recordOf({ value = jsonBuffer(validData()), headers = [] }: RecordParts): IncomingRecord {
  const encoded = headers.map(([name, text]) => [name, typeof text === 'string' ? Buffer.from(text) : text] as const);
  return {
    topic: 'requests',
    partition: 3,
    offset: 42n,
    timestampMs: 1_700_000_000_000,
    key: null,
    value,
    headers: encoded,
  };
}

export function binaryRecord(parts: RecordParts = {}): IncomingRecord {
  const own = [
    ['ce_specversion', '1.0'],
    ['ce_type', 'CustomerRequested'],
    ['ce_correlationid', CORRELATION_ID],
  ] as const;
  return recordOf({ ...parts, headers: [...own, ...(parts.headers ?? [])] });
}

export function structuredRecord(attributes: object = {}, headers: RecordParts['headers'] = []): IncomingRecord {
  const envelope = {
    type: 'CustomerRequested',
    id: 'e-1',
    correlationid: CORRELATION_ID,
    data: validData(),
    ...attributes,
  };
  return recordOf({
    value: jsonBuffer(envelope),
    headers: [['content-type', 'application/cloudevents+json; charset=utf-8'], ...headers],
  });
}

export function plainRecord(members: object = {}, headers: RecordParts['headers'] = []): IncomingRecord {
  return recordOf({ value: jsonBuffer({ ...validData(), correlationId: CORRELATION_ID, ...members }), headers });
}

export function jsonBuffer(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
