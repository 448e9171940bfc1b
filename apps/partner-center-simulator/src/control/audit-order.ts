import { randomUUID } from 'node:crypto';
import type { OtherRecord } from '../book/other-record.js';
import { type Json, Reader } from './read-json.js';

/** Reads the body of POST /control/audit: a failed attempt, another operation, or evidence for nobody's tenant. */
export function readOtherRecord(json: Json, now: number): OtherRecord {
  const reader = new Reader(json, '');
  const record = {
    id: reader.text('customerId') ?? randomUUID(),
    domain: reader.text('domain') ?? 'nobody.onmicrosoft.com',
    companyName: reader.text('companyName') ?? 'A Company In The Log Alone',
    correlationId: reader.text('correlationId') ?? randomUUID(),
    requestId: randomUUID(),
    createdAt: now - reader.number('ageMs', 0),
    operationType: reader.text('operationType') ?? 'add_customer',
    operationStatus: reader.text('operationStatus') ?? 'succeeded',
  };
  reader.finish();
  return record;
}
