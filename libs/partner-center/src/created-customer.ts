import { member, textMember, type AnswerBody } from './answer-body.js';
import type { CreatedCustomer } from './answers.js';
import type { CreateCustomerBody } from './customer-data.js';

const GUID = /^(?!0{8}-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isGuid(text: string | undefined): text is string {
  return text !== undefined && GUID.test(text);
}

export type CreatedRead =
  { kind: 'customer'; customer: CreatedCustomer } | { kind: 'contradiction'; tenantId: string | null; message: string };

/**
 * Reads the Customer of a 2xx (reference 1.6, 8.4). Null if it is none: without `id` and domain nothing may be
 * announced. It contradicts the request if it names another domain (other than by case) or two different tenants.
 */
export function readCreatedCustomer(body: AnswerBody, request: CreateCustomerBody): CreatedRead | null {
  if (body.kind !== 'object') return null;
  const id = textMember(body.value, 'id');
  const company = member(body.value, 'companyProfile');
  const domain = textMember(company, 'domain');
  if (!isGuid(id) || domain === undefined) return null;
  const tenantId = textMember(company, 'tenantId') ?? id;
  if (tenantId.toLowerCase() !== id.toLowerCase()) {
    return { kind: 'contradiction', tenantId: id, message: 'The answer names two different tenants for one customer.' };
  }
  if (domain.toLowerCase() !== request.companyProfile.domain.toLowerCase()) {
    return { kind: 'contradiction', tenantId: id, message: 'The answer names another domain than the request.' };
  }
  return { kind: 'customer', customer: { customerId: id, tenantId, domain, ...details(body.value, request) } };
}

type Details = Omit<CreatedCustomer, 'customerId' | 'tenantId' | 'domain'>;

function details(body: object, request: CreateCustomerBody): Details {
  const credentials = member(body, 'userCredentials');
  const companyName =
    textMember(member(body, 'companyProfile'), 'companyName') ??
    textMember(member(body, 'billingProfile'), 'companyName') ??
    request.billingProfile.companyName;
  return {
    companyName,
    ...optional('commerceId', textMember(body, 'commerceId')),
    ...optional('relationshipToPartner', textMember(body, 'relationshipToPartner')),
    ...optional('associatedPartnerId', textMember(body, 'associatedPartnerId')),
    ...optional('userName', textMember(credentials, 'userName')),
    ...optional('password', textMember(credentials, 'password')),
  };
}

function optional<K extends string>(name: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: string });
}
