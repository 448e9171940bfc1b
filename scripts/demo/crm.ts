/** Records as the demo's CRM writes them: customers of many markets, in each of the three forms of contract 2. */
import { randomUUID } from 'node:crypto';
import { type CrmRecord, type RequestedCustomer, customerData, requestRecord } from '#testing';
import { MARKETS } from './markets.ts';

export interface Customer {
  correlationId: string;
  data: RequestedCustomer;
}

/** The n-th customer: always valid, with a domain of its own. Two of three correlation ids are GUIDs. */
export function customer(n: number): Customer {
  const market = MARKETS[n % MARKETS.length] as (typeof MARKETS)[number];
  const round = Math.floor(n / MARKETS.length);
  const companyName = pick(market.companies, round);
  const [city, postalCode, addressLine1, state] = pick(market.places, round);
  const [firstName, lastName] = pick(market.people, round);
  const { country, culture, language, phoneNumber, registrationNumber } = market;
  const name = domainName(companyName, country);
  const data = customerData(name, {
    customerReference: `001A${String(n).padStart(6, '0')}`,
    domain: `${name}${String(n).padStart(3, '0')}.onmicrosoft.com`,
    companyProfile: registrationNumber === undefined ? {} : { organizationRegistrationNumber: registrationNumber },
    billingProfile: { email: `it@${name}.example`, culture, language, companyName },
    address: { country, city, state, addressLine1, postalCode, firstName, lastName, phoneNumber },
  });
  const isGuid = n % 3 !== 2;
  return { correlationId: isGuid ? randomUUID() : `crm-opportunity-${randomUUID().slice(0, 8)}`, data };
}

/** A customer of that country; `round` keeps it apart from the others there. */
export function customerIn(country: string, round: number): Customer {
  return customer(MARKETS.length * round + MARKETS.findIndex((market) => market.country === country));
}

/** The record that asks for a customer; every tenth is structured, every tenth plain JSON, the others binary. */
export function recordOf({ correlationId, data }: Customer, n: number): CrmRecord {
  if (n % 10 === 4) return structured({ correlationId, data });
  if (n % 10 === 7) return plain({ correlationId, data });
  return requestRecord(correlationId, data);
}

function structured({ correlationId, data }: Customer): CrmRecord {
  const event = {
    specversion: '1.0',
    type: 'CustomerRequested',
    id: randomUUID(),
    source: '/crm',
    correlationid: correlationId,
    datacontenttype: 'application/json',
    data,
  };
  return {
    key: correlationId,
    value: JSON.stringify(event),
    headers: { 'content-type': 'application/cloudevents+json; charset=utf-8' },
  };
}

function plain({ correlationId, data }: Customer): CrmRecord {
  return { key: null, value: JSON.stringify({ correlationId, ...data }), headers: {} };
}

function domainName(companyName: string, country: string): string {
  const letters = companyName
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .slice(0, 20);
  return letters.length > 2 ? letters : `company${country.toLowerCase()}`;
}

function pick<T>(list: readonly T[], n: number): T {
  return list[n % list.length] as T;
}
