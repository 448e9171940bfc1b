import type { Customer } from '../book/book.js';
import type { OtherRecord } from '../book/other-record.js';
import type { Call } from '../call.js';
import { type Answer, refusal } from './answer.js';
import { queryOf } from '../call.js';
import { auditCopyJson } from './customer-json.js';
import { readFilter } from './filter.js';
import { deriveIds } from './ids.js';
import type { Settings } from '../settings.js';
import { page } from './paging.js';

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const LIMIT_DAYS = 90;
const PARTNER_ID = 'a1d5c1c6-6f0b-4f6e-9a52-3f1f6f6d1a10';
const APPLICATION_ID = '5f1c0a3c-52c1-4f0e-8f3b-2d7a9f0e4b77';
const ADDED = { operationType: 'add_customer', operationStatus: 'succeeded' };
const TICKS_AT_EPOCH = 621_355_968_000_000_000n;

interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * GET /v1/auditrecords (reference 5.6): one `add_customer` record for every tenant made here, not before `auditDelay`
 * has passed, and those that the control API put in. `originalCorrelationId` is the MS-CorrelationId of the call that
 * made the tenant, unless `auditCorrelation` says otherwise.
 */
export function auditRecords(call: Call): Answer {
  const { settings, clock, book, otherRecords } = call.world;
  const query = queryOf(call);
  const span = spanOf(query, clock.now());
  if (typeof span === 'string') return refusal(settings, { status: 400, code: 2000, description: span });
  const wanted = wantedBy(query.get('filter'));
  if (!wanted) return refusal(settings, { status: 400, code: 2000, description: 'The filter is not valid.' });
  const newest = Math.min(span.until, clock.now() - settings.auditDelay + 1);
  const isVisible = (at: number) => at >= span.from && at < newest;
  const found = book.all.filter((tenant) => tenant.isAudited && isVisible(tenant.createdAt) && wanted(tenant));
  const others = otherRecords.filter((record) => isVisible(record.createdAt) && wanted(record));
  const all: readonly Recorded[] =
    others.length === 0 ? found : [...found, ...others].sort((a, b) => a.createdAt - b.createdAt);
  return page(call, all, (record) => recordJson(record, settings));
}

function spanOf(query: URLSearchParams, now: number): Span | string {
  const today = now - (now % DAY_MS);
  const from = dayOf(query.get('startDate'), today - DEFAULT_DAYS * DAY_MS);
  const last = dayOf(query.get('endDate'), today);
  if (from === undefined || last === undefined) return 'Dates must have the form yyyy-mm-dd.';
  if (from < today - LIMIT_DAYS * DAY_MS) return `The start date must lie within the last ${LIMIT_DAYS} days.`;
  return from > last ? 'The start date must not lie after the end date.' : { from, until: last + DAY_MS };
}

/** The beginning of the day, UTC; a time of day is accepted and dropped. */
function dayOf(text: string | null, fallback: number): number | undefined {
  if (text === null || text === '') return fallback;
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}/.exec(text)?.[0] ?? 'none');
  return Number.isNaN(time) ? undefined : time;
}

function wantedBy(text: string | null): ((tenant: Pick<Customer, 'id' | 'companyName'>) => boolean) | undefined {
  if (text === null) return () => true;
  const filter = readFilter(text);
  const value = filter?.value.toLowerCase() ?? '';
  switch (filter?.field) {
    case 'customerid':
      return (tenant) => tenant.id === value;
    case 'companyname':
      return (tenant) => tenant.companyName.toLowerCase().includes(value);
    case 'resourcetype':
      return () => value === 'customer';
    default:
      return undefined;
  }
}

/** Whether it is the caller's correlation id is implied by its name, not stated: the other settings refuse the proof. */
function originalId({ id, correlationId, requestId }: Recorded, settings: Settings): string {
  switch (settings.auditCorrelation) {
    case 'callers':
      return correlationId;
    case 'requestId':
      return requestId;
    case 'own':
      return deriveIds(`correlation/${id}`).guid;
  }
}

type Recorded = Customer | OtherRecord;

function recordJson(record: Recorded, settings: Settings): string {
  const { id, companyName, domain, createdAt } = record;
  const { operationType, operationStatus } = 'operationType' in record ? record : ADDED;
  const date = new Date(createdAt).toISOString().replace('Z', '0000Z');
  const ticks = TICKS_AT_EPOCH + BigInt(Math.floor(createdAt)) * 10_000n;
  return JSON.stringify({
    id: `${PARTNER_ID}_${id}_${id}_${operationType.replace(/_/g, '')}_${ticks}`,
    partnerId: PARTNER_ID,
    customerId: id,
    customerName: companyName,
    userPrincipalName: `admin@${settings.partnerDomain}`,
    applicationId: ('applicationId' in record && record.applicationId) || APPLICATION_ID,
    resourceType: 'customer',
    resourceNewValue: 'billing' in record && record.billing ? auditCopyJson(record, settings) : undefined,
    operationType,
    originalCorrelationId: originalId(record, settings),
    operationDate: date,
    operationStatus,
    customizedData: [
      { key: 'PrimaryDomainName', value: domain },
      { key: 'Relationship', value: 'Reseller' },
    ],
    attributes: { objectType: 'AuditRecord' },
  });
}
