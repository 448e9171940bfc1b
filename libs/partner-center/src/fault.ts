import { member, textMember, type JsonObject } from './answer-body.js';
import { knownFields } from './field-paths.js';

/** What an error body says, reduced to what may be passed on: no text of the service, it may quote the payload. */
export interface Fault {
  code: string | null;
  fields: string[];
}

const NO_FAULT: Fault = { code: null, fields: [] };
const CODE = /^[A-Za-z0-9_.-]{1,32}$/;

/** Names the service puts into descriptions, and the member of the request that each is about (reference 3.3, 2.3). */
const MARKERS: readonly (readonly [string, string])[] = [
  ['NotificationEmailAddress', 'billingProfile.email'],
  ['StateInvalid', 'billingProfile.defaultAddress.state'],
  ['ZipCityInvalid', 'billingProfile.defaultAddress.postalCode'],
];

/** Reads every shape of reference 3.1: code as number or text, `data` as list, object or text, old `other_errors`. */
export function readFault(body: JsonObject | null): Fault {
  if (body === null) return NO_FAULT;
  const source = member(body, 'code') === undefined ? (objectMember(body, 'error') ?? body) : body;
  const code = readCode(member(source, 'code'));
  const fields = new Set(knownFields(member(source, 'data')));
  const description = `${textMember(source, 'description') ?? ''} ${textMember(source, 'message') ?? ''}`;
  for (const [marker, field] of MARKERS) if (description.includes(marker)) fields.add(field);
  return { code, fields: [...fields] };
}

function objectMember(body: JsonObject, name: string): JsonObject | null {
  const value = member(body, name);
  return typeof value === 'object' && value !== null ? (value as JsonObject) : null;
}

function readCode(value: unknown): string | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : null;
  if (typeof value !== 'string') return null;
  const code = value.trim();
  return CODE.test(code) ? code : null;
}
