import type { IncomingRecord } from './record.js';
import { hasHeader, readHeader } from './record.js';
import { isJsonObject, parseJsonObject, type JsonObject } from './json.js';

/**
 * The three forms of CustomerRequested (contract 2). A record with both marks is read in binary mode: wrongly opened it
 * then ends as a visible dead letter, whereas an envelope without a type would be skipped in silence.
 */
export type OpenedRecord =
  | { kind: 'opened'; data: JsonObject; attributes: JsonObject; isPlain: boolean }
  | { kind: 'undecodable'; message: string; attributes: JsonObject }
  | { kind: 'other-type'; detail: string };

const NO_ATTRIBUTES: JsonObject = {};
/** A reverse-DNS prefix and a version suffix are accepted: `com.example.crm.CustomerRequested.v1`. */
const CUSTOMER_REQUESTED = /^(?:[\w-]+\.)*CustomerRequested(?:\.v?\d+)*$/;
const MAX_TYPE_CHARACTERS = 256;

export function openRecord(record: IncomingRecord): OpenedRecord {
  if (hasHeader(record.headers, 'ce_specversion')) return openBinary(record);
  if (isStructured(record)) return openStructured(record);
  return openValue(record, true);
}

/** The type stands in a header and is looked at first: what is not for us need not be JSON. */
function openBinary(record: IncomingRecord): OpenedRecord {
  const type = readHeader(record.headers, 'ce_type');
  return isCustomerRequested(type) ? openValue(record, false) : otherType(type);
}

function openStructured(record: IncomingRecord): OpenedRecord {
  const attributes = parseJsonObject(record.value);
  if (typeof attributes === 'string') return { kind: 'undecodable', message: attributes, attributes: NO_ATTRIBUTES };
  const { type, data } = attributes;
  if (!isCustomerRequested(type)) return otherType(type);
  if (isJsonObject(data)) return { kind: 'opened', data, attributes, isPlain: false };
  return { kind: 'undecodable', message: 'The member data of the envelope must be a JSON object.', attributes };
}

function openValue(record: IncomingRecord, isPlain: boolean): OpenedRecord {
  const data = parseJsonObject(record.value);
  if (typeof data === 'string') return { kind: 'undecodable', message: data, attributes: NO_ATTRIBUTES };
  return { kind: 'opened', data, attributes: NO_ATTRIBUTES, isPlain };
}

function isStructured({ headers }: IncomingRecord): boolean {
  const isEnvelope = (contentType: string): boolean =>
    contentType.split(';', 1)[0]?.trim().toLowerCase() === 'application/cloudevents+json';
  return readHeader(headers, 'content-type', isEnvelope) !== null;
}

function isCustomerRequested(type: unknown): boolean {
  return typeof type === 'string' && type.length <= MAX_TYPE_CHARACTERS && CUSTOMER_REQUESTED.test(type);
}

/** The detail is for one log line: short, one line, only characters that types are made of. */
function otherType(type: unknown): OpenedRecord {
  const detail =
    typeof type === 'string' ? type.slice(0, MAX_TYPE_CHARACTERS).replaceAll(/[^\w.:/-]/g, '?') : 'no type';
  return { kind: 'other-type', detail };
}
