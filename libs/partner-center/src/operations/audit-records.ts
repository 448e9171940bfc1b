import { member, parseBody, textMember, type JsonObject } from '../answer-body.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../calls.js';
import { objectsOf } from '../members.js';
import { filter } from '../paging.js';
import type { AuditRecord } from '../resources.js';
import { askForAll, type Query } from './query.js';

/** Which entries; one of the three conditions at most is used, the first that is given. */
export interface AuditQuery {
  /** Records of this day (UTC) and the one before it on; the service keeps 90 days. */
  sinceDate: Date;
  /** Up to this day (UTC) and the one after it. */
  untilDate?: Date | undefined;
  customerId?: string | undefined;
  /** Part of the name. */
  companyName?: string | undefined;
  resourceType?: string | undefined;
}

/** The service refuses a start before its 90 days (reference 5.6). */
const AUDIT_DAYS = 89;
const DAY_MS = 86_400_000;

/** The activity log: reference 5.6. Records appear some time after what they tell. */
export class AuditRecords {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `GET /v1/auditrecords`; all pages. */
  search(query: AuditQuery, options: CallOptions): Query<AuditRecord[]> {
    const path = auditRecordsPath(query, Date.now());
    return askForAll(this.#api, { operation: 'auditRecords.search', method: 'GET', path }, options, readRecord);
  }
}

/** True for a record that tells of a customer that was made. */
export function isCustomerCreation({ operationType, operationStatus }: AuditRecord): boolean {
  return (
    operationType.toLowerCase().replaceAll('_', '') === 'addcustomer' && operationStatus.toLowerCase() === 'succeeded'
  );
}

/** A day more at either end: days are the service's, not ours. */
function auditRecordsPath(query: AuditQuery, nowMs: number): string {
  const since = Math.max(query.sinceDate.getTime() - DAY_MS, nowMs - AUDIT_DAYS * DAY_MS);
  const parts = [`startDate=${dayOf(Math.min(since, nowMs))}`];
  if (query.untilDate !== undefined) parts.push(`endDate=${dayOf(query.untilDate.getTime() + DAY_MS)}`);
  return `/v1/auditrecords?${[...parts, ...conditionOf(query)].join('&')}`;
}

function conditionOf({ customerId, companyName, resourceType }: AuditQuery): string[] {
  if (customerId !== undefined) return [filter('CustomerId', customerId, 'equals')];
  if (companyName !== undefined) return [filter('CompanyName', companyName, 'substring')];
  return resourceType === undefined ? [] : [filter('ResourceType', resourceType, 'equals')];
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function readRecord(item: JsonObject): AuditRecord {
  const text = (name: string): string => textMember(item, name) ?? '';
  return {
    id: text('id'),
    operationType: text('operationType'),
    operationStatus: text('operationStatus'),
    operationDate: text('operationDate'),
    resourceType: text('resourceType'),
    customerId: text('customerId'),
    customerName: text('customerName'),
    applicationId: text('applicationId'),
    userPrincipalName: text('userPrincipalName'),
    correlationId: text('originalCorrelationId').toLowerCase(),
    domain: primaryDomain(item) ?? domainOfNewValue(item) ?? '',
  };
}

/** `customizedData` is a list of pairs; one pair alone and an object of texts are read too. */
function primaryDomain(item: JsonObject): string | undefined {
  const pair = objectsOf(item, 'customizedData').find(
    (each) => textMember(each, 'key')?.toLowerCase() === 'primarydomainname',
  );
  return textMember(pair, 'value') ?? textMember(member(item, 'customizedData'), 'PrimaryDomainName');
}

/** The Customer is kept as JSON in a text. */
function domainOfNewValue(item: JsonObject): string | undefined {
  const body = parseBody(textMember(item, 'resourceNewValue') ?? '');
  return body.kind === 'object' ? textMember(member(body.value, 'companyProfile'), 'domain') : undefined;
}
