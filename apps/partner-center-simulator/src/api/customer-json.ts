import type { Customer } from '../book/book.js';
import type { CustomerInput } from './customer-input.js';
import type { Settings } from '../settings.js';
import { deriveIds } from './ids.js';
import { inPascalCase } from './json-form.js';

type BillingInput = Pick<CustomerInput, 'billing' | 'address'>;

/**
 * A billing profile as compact JSON: server-made id and etag, culture made canonical (reference 1.5). The id stays the
 * same for ever, the etag is another one with every `revision`.
 */
export function billingJson(customerId: string, { billing, address }: BillingInput, revision = 0): string {
  const { guid, etag } = deriveIds(`billing/${customerId}`);
  const { firstName, lastName, email, culture, language, companyName } = billing;
  return JSON.stringify({
    id: guid,
    firstName,
    lastName,
    email,
    culture: canonicalCulture(culture ?? ''),
    language,
    companyName,
    defaultAddress: address,
    attributes: {
      etag: revision === 0 ? etag : deriveIds(`billing/${customerId}/${revision}`).etag,
      objectType: 'CustomerBillingProfile',
    },
  });
}

/** As GET shows it, with its link; empty for a tenant of which nothing is known. */
export function billingWithLink({ id, billing }: Customer): string {
  const link = linkJson(`/customers/${id}/profiles/billing`);
  return billing.replace(/,"attributes":\{"etag":"[^"]*","objectType":"CustomerBillingProfile"\}\}$/, (attributes) => {
    return `,"links":{"self":${link}}${attributes}`;
  });
}

/** The body of an answer to create (reference 1.6): newer shape, or that of 2017. Null members are left out. */
export function createdJson(customer: Customer, settings: Settings, password: string | undefined): string {
  const legacy = settings.legacy2017;
  const userName = customer.userName === 'admin' ? '"admin"' : JSON.stringify(customer.userName);
  return (
    `{"id":"${customer.id}","commerceId":"${customer.commerceId}",` +
    `"companyProfile":${companyJson(customer, { newer: !legacy, more: registrationJson(customer) })},` +
    `"billingProfile":${customer.billing},"relationshipToPartner":"${legacy ? 'none' : 'reseller'}"` +
    (legacy ? '' : ',"allowDelegatedAccess":true') +
    (password === undefined
      ? ''
      : `,"userCredentials":{"userName":${userName},"password":${JSON.stringify(password)}}`) +
    (customer.associatedPartnerId ? `,"associatedPartnerId":${JSON.stringify(customer.associatedPartnerId)}` : '') +
    ',"attributes":{"objectType":"Customer"}}'
  );
}

/** GET by id (reference 5.2): as created, with links and, for who may see them, more of the company; no credentials. */
export function detailJson(customer: Customer, { delegatedAccess }: Settings): string {
  const billing = billingWithLink(customer);
  return (
    `{"id":"${customer.id}","commerceId":"${customer.commerceId}","companyProfile":${profileJson(customer, delegatedAccess)},` +
    (billing ? `"billingProfile":${billing},` : '') +
    `"relationshipToPartner":"reseller","allowDelegatedAccess":${delegatedAccess},` +
    (delegatedAccess ? `"customDomains":[${JSON.stringify(customer.domain)}],` : '') +
    (customer.associatedPartnerId ? `"associatedPartnerId":${JSON.stringify(customer.associatedPartnerId)},` : '') +
    `"links":{"self":${linkJson(`/customers/${customer.id}`)}},"attributes":{"objectType":"Customer"}}`
  );
}

/** The company profile by itself (reference 5.8): address and e-mail only with delegated access. */
export function profileJson(customer: Customer, delegatedAccess: boolean): string {
  if (!delegatedAccess || !customer.billing) {
    return companyJson(customer, { newer: true, more: registrationJson(customer) });
  }
  const { defaultAddress, email } = JSON.parse(customer.billing) as Record<string, unknown>;
  const more = `"address":${JSON.stringify(defaultAddress)},"email":${JSON.stringify(email)},${registrationJson(customer)}`;
  return companyJson(customer, { newer: true, more });
}

/** An item of a list or search (reference 5.3): no billing profile, no commerce id. */
export function itemJson(customer: Customer): string {
  return (
    `{"id":"${customer.id}","companyProfile":${companyJson(customer, { newer: true, more: '' })},"relationshipToPartner":"reseller",` +
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
  return inPascalCase(createdJson(customer, settings, ''));
}

/** `more` is inserted before the links and ends with a comma if it is not empty. */
function companyJson(customer: Customer, { newer, more }: { newer: boolean; more: string }): string {
  return (
    `{"tenantId":"${customer.id}","domain":${JSON.stringify(customer.domain)},` +
    (newer ? `"companyName":${JSON.stringify(customer.companyName)},${more}` : more) +
    (newer ? `"links":{"self":${linkJson(`/customers/${customer.id}/profiles/company`)}},` : '') +
    '"attributes":{"objectType":"CustomerCompanyProfile"}}'
  );
}

function registrationJson({ registrationNumber }: Customer): string {
  return registrationNumber ? `"organizationRegistrationNumber":${JSON.stringify(registrationNumber)},` : '';
}

function linkJson(uri: string, token?: string): string {
  const headers = token ? `[{"key":"MS-ContinuationToken","value":"${token}"}]` : '[]';
  return `{"uri":${JSON.stringify(uri)},"method":"GET","headers":${headers}}`;
}

function canonicalCulture(culture: string): string {
  const [language = '', ...rest] = culture.split('-');
  const country = rest.pop()?.toUpperCase();
  const script = rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase());
  return [language.toLowerCase(), ...script, country].join('-');
}
