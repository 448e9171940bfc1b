import { member, textMember, type AnswerBody, type JsonObject } from '../answer-body.js';
import type { CreateAnswer, NotFound, QueryAnswer } from '../answers.js';
import type { Api } from '../api.js';
import type { CallOptions, WithFacts } from '../calls.js';
import { classifyCreate } from '../classify-create.js';
import { classifyGet } from '../classify-query.js';
import { isGuid } from '../created-customer.js';
import type { CreateCustomerBody } from '../customer-data.js';
import { booleansOf, listsOf, textsOf } from '../members.js';
import { filter } from '../paging.js';
import {
  ADDRESS_MEMBERS,
  type Address,
  type Customer,
  type CustomerBillingProfile,
  type CustomerSummary,
} from '../resources.js';
import { askForAll, type Query } from './query.js';

/** Customers of the partner: reference 1, 5.2, 5.4. */
export class Customers {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `POST /v1/customers`. What each answer obliges to is told at {@link CreateAnswer}. */
  create(body: CreateCustomerBody, options: CallOptions): Promise<WithFacts<CreateAnswer>> {
    const call = { method: 'POST', path: '/v1/customers', body: JSON.stringify(body) } as const;
    return this.#api.call({ operation: 'customers.create', ...call }, options, (answer) =>
      classifyCreate(answer, body, Date.now()),
    );
  }

  /** `GET /v1/customers/{id}`. `not-found` is no evidence of absence: a new tenant may be invisible for minutes. */
  get(customerId: string, options: CallOptions): Promise<WithFacts<QueryAnswer<Customer> | NotFound>> {
    const call = { method: 'GET', path: `/v1/customers/${encodeURIComponent(customerId)}` } as const;
    return this.#api.call({ operation: 'customers.get', ...call }, options, (answer) =>
      classifyGet(answer, Date.now(), (body) => readCustomer(body, customerId)),
    );
  }

  /** Our own customers whose initial domain starts with the prefix, whatever its case; all pages. */
  search(query: { domainPrefix: string }, options: CallOptions): Query<CustomerSummary[]> {
    const path = `/v1/customers?size=0&${filter('Domain', query.domainPrefix, 'starts_with')}`;
    return askForAll(this.#api, { operation: 'customers.search', method: 'GET', path }, options, readSummary);
  }
}

/** Null for an answer that is no customer, is about another one, or names two tenants. */
function readCustomer(body: AnswerBody, customerId: string): Customer | null {
  if (body.kind !== 'object') return null;
  const company = member(body.value, 'companyProfile');
  const id = textMember(body.value, 'id');
  const domain = textMember(company, 'domain');
  const tenantId = textMember(company, 'tenantId') ?? id;
  if (!isGuid(id) || domain === undefined || tenantId?.toLowerCase() !== id.toLowerCase()) return null;
  if (id.toLowerCase() !== customerId.toLowerCase()) return null;
  const billing = member(body.value, 'billingProfile');
  return {
    id,
    ...textsOf(body.value, ['commerceId', 'relationshipToPartner', 'associatedPartnerId']),
    ...booleansOf(body.value, ['allowDelegatedAccess']),
    ...listsOf(body.value, ['customDomains']),
    companyProfile: {
      tenantId,
      domain,
      ...textsOf(company, ['companyName', 'email', 'organizationRegistrationNumber']),
      ...addressOf(company, 'address'),
    },
    ...(billing == null ? {} : { billingProfile: readBilling(billing) }),
  };
}

const BILLING_TEXTS = ['id', 'firstName', 'lastName', 'email', 'culture', 'language', 'companyName'] as const;

function readBilling(billing: unknown): CustomerBillingProfile {
  return {
    ...textsOf(billing, BILLING_TEXTS),
    ...addressOf(billing, 'defaultAddress'),
    ...textsOf(member(billing, 'attributes'), ['etag']),
  };
}

function addressOf<N extends string>(source: unknown, name: N): { [P in N]?: Address } {
  const address = member(source, name);
  if (address == null) return {};
  return { [name]: textsOf(address, ADDRESS_MEMBERS) } as { [P in N]?: Address };
}

/** Without id or domain a line says nothing, and the list cannot be relied on. */
function readSummary(item: JsonObject): CustomerSummary | null {
  const company = member(item, 'companyProfile');
  const customerId = textMember(item, 'id') ?? textMember(company, 'tenantId');
  const domain = textMember(company, 'domain');
  if (customerId === undefined || domain === undefined) return null;
  return {
    customerId,
    tenantId: textMember(company, 'tenantId') ?? customerId,
    domain,
    companyName: textMember(company, 'companyName') ?? null,
    relationshipToPartner: textMember(item, 'relationshipToPartner') ?? null,
  };
}
