import { hash } from 'node:crypto';
import { checkShape } from './check-shape.js';
import { requestKeys, type CustomerData, type RequestKeys } from './customer-requested.js';
import type { JsonObject } from './json.js';
import { openRecord } from './open-record.js';
import { readContext, readReplay, type RecordContext, type Replay } from './record-context.js';
import { hasHeader, readHeader, type IncomingRecord } from './record.js';
import { cutText, isLengthBetween, isStorableText, MESSAGE_MAX_CHARACTERS } from './text.js';

/*
 * A record becomes a request, a refusal or nothing (contract 2). The checks come in a fixed order and the first that
 * fails decides: for this group? of this type? a JSON object? a correlation id? the shape? the rules?
 *
 * decodeRecord never throws, whatever the bytes are: a record that stopped intake would stop its partition for ever.
 * Messages name property paths and say what would be right; they never quote the payload.
 */

export interface RuleViolation {
  /** Property path relative to the data. */
  field: string;
  /** What would be right, as it goes on after the path; never shows the value. */
  message: string;
}

export interface DecodeOptions {
  groupId: string;
  /** The rules of country, address, name and domain that are known before calling; empty if none is broken. */
  checkRules: (data: CustomerData) => RuleViolation[];
}

export type RefusalCode = 'EVENT_UNDECODABLE' | 'CORRELATION_ID_MISSING' | 'EVENT_INVALID' | 'RULE_VIOLATION';

export type DecodedRecord =
  | ({
      kind: 'request';
      correlationId: string;
      data: CustomerData;
      /** SHA-256 of the canonical JSON of `data`: equal if, and only if, the known members are equal. */
      digest: Buffer;
      causationId: string | null;
      traceparent: string | null;
      replay: Replay | null;
    } & RequestKeys)
  | {
      kind: 'refused';
      code: RefusalCode;
      message: string;
      /** Property paths relative to the data. */
      fields: string[];
      correlationId: string | null;
      customerReference: string | null;
      causationId: string | null;
      traceparent: string | null;
      replay: Replay | null;
    }
  | { kind: 'skipped'; reason: 'other-type' | 'other-group'; detail: string; replay: Replay | null };

type Refused = Extract<DecodedRecord, { kind: 'refused' }>;

/** Decodes and checks one record of the request topic (contract 2); as pure as `checkRules` is, and never throws. */
export function decodeRecord(record: IncomingRecord, options: DecodeOptions): DecodedRecord {
  if (isForOtherGroup(record, options.groupId)) {
    return skip(record, 'other-group', 'replay-group names another consumer group');
  }
  const opened = openRecord(record);
  if (opened.kind === 'other-type') return skip(record, 'other-type', opened.detail);
  const context = readContext(record.headers, opened);
  if (opened.kind === 'opened') return decodeData(opened.data, context, options);
  return refuse(context, { code: 'EVENT_UNDECODABLE', message: opened.message, fields: [], customerReference: null });
}

function isForOtherGroup({ headers }: IncomingRecord, groupId: string): boolean {
  return hasHeader(headers, 'replay-group') && readHeader(headers, 'replay-group') !== groupId;
}

function skip({ headers }: IncomingRecord, reason: 'other-type' | 'other-group', detail: string): DecodedRecord {
  return { kind: 'skipped', reason, detail, replay: readReplay(headers) };
}

function decodeData(data: JsonObject, context: RecordContext, options: DecodeOptions): DecodedRecord {
  const customerReference = readReference(data);
  const { correlationId } = context;
  if (correlationId === null) {
    return refuse(context, { ...CORRELATION_ID_MISSING, fields: [], customerReference });
  }
  const customer = checkShape(data);
  if (Array.isArray(customer)) {
    return refuse(context, { code: 'EVENT_INVALID', ...toldOf(customer), customerReference });
  }
  const violations = violationsOf(customer, options);
  if (violations.length > 0) {
    return refuse(context, { code: 'RULE_VIOLATION', ...toldOf(violations), customerReference });
  }
  return {
    kind: 'request',
    ...context,
    correlationId,
    data: customer,
    digest: hash('sha256', JSON.stringify(customer), 'buffer'),
    ...requestKeys(customer),
  };
}

const CORRELATION_ID_MISSING = {
  code: 'CORRELATION_ID_MISSING',
  message:
    'No correlation id of 1 to 128 printable ASCII characters was found in the header ce_correlationid, the attribute ' +
    'correlationid, the header correlation-id or, in a plain JSON value, the member correlationId.',
} as const;

/** Rules that fail to run must not stop the partition either: the event is refused and a replay checks it again. */
function violationsOf(customer: CustomerData, { checkRules }: DecodeOptions): RuleViolation[] {
  try {
    return checkRules(customer);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    return [
      { field: '', message: `The rules could not be checked (internal error: ${name}); replay after an update.` },
    ];
  }
}

interface Refusal {
  code: RefusalCode;
  message: string;
  fields: string[];
  customerReference: string | null;
}

function refuse(context: RecordContext, refusal: Refusal): Refused {
  return { kind: 'refused', ...refusal, message: cutText(refusal.message, MESSAGE_MAX_CHARACTERS), ...context };
}

/** What is told of faults: each one in the message, each field once. */
function toldOf(faults: readonly RuleViolation[]): { message: string; fields: string[] } {
  return {
    message: faults.map(({ field, message }) => `${field} ${message}`.trim()).join('; '),
    fields: [...new Set(faults.map(({ field }) => field))].filter((field) => field !== ''),
  };
}

function readReference(data: JsonObject): string | null {
  const reference = data['customerReference'];
  const isValid = typeof reference === 'string' && isLengthBetween(reference, 0, 128) && isStorableText(reference);
  return isValid ? reference : null;
}
