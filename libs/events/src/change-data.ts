import type { JsonObject } from './json.js';
import { openRecord } from './open-record.js';
import type { IncomingRecord } from './record.js';

export interface ChangedData {
  before: JsonObject;
  after: JsonObject;
  value: Buffer;
}

/**
 * The value of a record with other data, in the form in which it came (contract 2): in the structured form the envelope
 * stays as it is. Null where there are no data to change: no JSON object, another type, or nested deeper than can be written.
 */
export function changeData(record: IncomingRecord, change: (data: JsonObject) => JsonObject): ChangedData | null {
  const opened = openRecord(record);
  if (opened.kind !== 'opened') return null;
  const { data: before, attributes: envelope } = opened;
  const after = change(before);
  try {
    const written = JSON.stringify('data' in envelope ? { ...envelope, data: after } : after);
    return { before, after, value: Buffer.from(written) };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
