/** CustomerRequested records as a CRM writes them: a valid default for every field, a test states only what it is about. */

export interface CrmRecord {
  key: Buffer | string | null;
  value: Buffer | string | null;
  headers: Record<string, string | Buffer | (string | Buffer)[]>;
  partition?: number;
  timestamp?: string;
}

export interface RequestedCustomer {
  customerReference?: string;
  associatedPartnerId?: string;
  companyProfile: { domain: string } & Record<string, unknown>;
  billingProfile: Record<string, unknown> & { defaultAddress: Record<string, unknown> };
}

export interface Overrides {
  domain?: string;
  customerReference?: string;
  associatedPartnerId?: string;
  companyProfile?: Record<string, unknown>;
  billingProfile?: Record<string, unknown>;
  address?: Record<string, unknown>;
}

/** Valid data of a customer in the US; the domain follows from `name` unless it is given. */
export function customerData(name: string, overrides: Overrides = {}): RequestedCustomer {
  const {
    domain = `${name.replace(/[^a-z0-9]/gi, '').slice(-27)}.onmicrosoft.com`,
    companyProfile,
    billingProfile,
    address,
  } = overrides;
  return {
    ...(overrides.customerReference === undefined ? {} : { customerReference: overrides.customerReference }),
    ...(overrides.associatedPartnerId === undefined ? {} : { associatedPartnerId: overrides.associatedPartnerId }),
    companyProfile: { domain, ...companyProfile },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      language: 'en',
      companyName: 'North Bakery',
      ...billingProfile,
      defaultAddress: {
        country: 'US',
        city: 'Buffalo',
        state: 'NY',
        addressLine1: '123 Main Street',
        postalCode: '14203',
        firstName: 'Gena',
        lastName: 'Ray',
        phoneNumber: '7165550100',
        ...address,
      },
    },
  };
}

/** A request in CloudEvents binary mode, key and correlation id alike. */
export function requestRecord(correlationId: string, data: unknown = customerData(correlationId)): CrmRecord {
  return {
    key: correlationId,
    value: JSON.stringify(data),
    headers: {
      ce_specversion: '1.0',
      ce_type: 'com.example.crm.CustomerRequested.v1',
      ce_id: `event-of-${correlationId}`,
      ce_source: '/crm',
      ce_correlationid: correlationId,
      'content-type': 'application/json',
    },
  };
}
