import type { Customer } from '../book/book.js';
import type { CustomerInput } from './customer-input.js';
import type { Settings } from '../settings.js';
import { deriveIds } from './ids.js';

/** The billing profile of a new customer as compact JSON: server-made id and etag, culture made canonical (1.5). */
export function billingJson(customerId: string, input: CustomerInput): string {
  const { guid, etag } = deriveIds(`billing/${customerId}`);
  const { firstName, lastName, email, culture, language, companyName } = input.billing;
  return JSON.stringify({
    id: guid,
    firstName,
    lastName,
    email,
    culture: canonicalCulture(culture ?? ''),
    language,
    companyName,
    defaultAddress: input.address,
    attributes: { etag, objectType: 'CustomerBillingProfile' },
  });
}

/** The body of an answer to create (reference 1.6): newer shape, or that of 2017. Null members are left out. */
export function createdJson(customer: Customer, settings: Settings, password: string | undefined): string {
  const legacy = settings.legacy2017;
  return (
    `{"id":"${customer.id}","commerceId":"${customer.commerceId}","companyProfile":${companyJson(customer, !legacy)},` +
    `"billingProfile":${customer.billing},"relationshipToPartner":"${legacy ? 'none' : 'reseller'}"` +
    (legacy ? '' : ',"allowDelegatedAccess":true') +
    (password === undefined ? '' : `,"userCredentials":{"userName":"admin","password":${JSON.stringify(password)}}`) +
    (customer.associatedPartnerId ? `,"associatedPartnerId":${JSON.stringify(customer.associatedPartnerId)}` : '') +
    ',"attributes":{"objectType":"Customer"}}'
  );
}

/** GET by id (reference 5.2): as created, with links and custom domains, never with credentials. */
export function detailJson(customer: Customer): string {
  return (
    `{"id":"${customer.id}","commerceId":"${customer.commerceId}","companyProfile":${companyJson(customer, true)},` +
    (customer.billing ? `"billingProfile":${customer.billing},` : '') +
    `"relationshipToPartner":"reseller","allowDelegatedAccess":true,"customDomains":[${JSON.stringify(customer.domain)}],` +
    (customer.associatedPartnerId ? `"associatedPartnerId":${JSON.stringify(customer.associatedPartnerId)},` : '') +
    `"links":{"self":${linkJson(`/customers/${customer.id}`)}},"attributes":{"objectType":"Customer"}}`
  );
}

/** An item of a list or search (reference 5.3): no billing profile, no commerce id. */
export function itemJson(customer: Customer): string {
  return (
    `{"id":"${customer.id}","companyProfile":${companyJson(customer, true)},"relationshipToPartner":"reseller",` +
    `"links":{"self":${linkJson(`/customers/${customer.id}`)}},"attributes":{"objectType":"Customer"}}`
  );
}

/** The envelope of every list (reference 5.3). `token` is given when there is another page. */
export function collectionJson(items: readonly string[], self: string, token: string | undefined): string {
  const next = token ? `,"next":${linkJson(`${self.split('?')[0]}?seekOperation=next`, token)}` : '';
  return (
    `{"totalCount":${items.length},"items":[${items.join(',')}],"links":{"self":${linkJson(self)}${next}},` +
    (token ? `"continuationToken":"${token}",` : '') +
    '"attributes":{"objectType":"Collection"}}'
  );
}

/** The stored copy in the activity log: PascalCase, password blanked (reference 5.6). */
export function auditCopyJson(customer: Customer, settings: Settings): string {
  return JSON.stringify(pascalCase(JSON.parse(createdJson(customer, settings, ''))));
}

function companyJson(customer: Customer, newer: boolean): string {
  return (
    `{"tenantId":"${customer.id}","domain":${JSON.stringify(customer.domain)},` +
    (newer ? `"companyName":${JSON.stringify(customer.companyName)},` : '') +
    (newer ? `"links":{"self":${linkJson(`/customers/${customer.id}/profiles/company`)}},` : '') +
    '"attributes":{"objectType":"CustomerCompanyProfile"}}'
  );
}

function linkJson(uri: string, token?: string): string {
  const headers = token ? [{ key: 'MS-ContinuationToken', value: token }] : [];
  return JSON.stringify({ uri, method: 'GET', headers });
}

function canonicalCulture(culture: string): string {
  const [language = '', ...rest] = culture.split('-');
  const country = rest.pop()?.toUpperCase();
  const script = rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase());
  return [language.toLowerCase(), ...script, country].join('-');
}

function pascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascalCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.charAt(0).toUpperCase() + name.slice(1), pascalCase(inner)]),
  );
}
