import type { CustomerDataShape, PartnerCenterOptions } from '../src/index.js';

type Overrides = {
  company?: Partial<CustomerDataShape['companyProfile']>;
  billing?: Partial<CustomerDataShape['billingProfile']>;
  address?: Partial<CustomerDataShape['billingProfile']['defaultAddress']>;
  associatedPartnerId?: string | null;
};

/** Right data of a customer in the US. */
export function customerData(overrides: Overrides = {}): CustomerDataShape {
  return {
    companyProfile: { domain: 'northbakery42.onmicrosoft.com', ...overrides.company },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      language: 'en',
      companyName: 'North Bakery',
      ...overrides.billing,
      defaultAddress: {
        country: 'US',
        city: 'Buffalo',
        state: 'NY',
        addressLine1: '123 Main Street',
        postalCode: '14203',
        firstName: 'Gena',
        lastName: 'Ray',
        phoneNumber: '7165550100',
        ...overrides.address,
      },
    },
    ...(overrides.associatedPartnerId === undefined ? {} : { associatedPartnerId: overrides.associatedPartnerId }),
  };
}

export const CUSTOMER_ID = '6f6c3a1e-0d0e-4e2e-9f57-2c1f0a7f1b11';

/** The Customer a 201 carries, newer shape. */
export function customerAnswer(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: CUSTOMER_ID,
    commerceId: '0b7b8a54-3a43-4a0c-8a3e-111111111111',
    companyProfile: {
      tenantId: CUSTOMER_ID,
      domain: 'northbakery42.onmicrosoft.com',
      companyName: 'North Bakery',
      attributes: { objectType: 'CustomerCompanyProfile' },
    },
    billingProfile: { companyName: 'North Bakery', attributes: { etag: '-1203948570192837465' } },
    relationshipToPartner: 'reseller',
    allowDelegatedAccess: true,
    userCredentials: { userName: 'admin', password: 'Qz;4=t*Lm' },
    attributes: { objectType: 'Customer' },
    ...overrides,
  };
}

export function clientOptions(url: string, overrides: Partial<PartnerCenterOptions> = {}): PartnerCenterOptions {
  return {
    cloud: 'global',
    baseUrl: url,
    authorityUrl: url,
    tenantId: 'partner-tenant',
    clientId: 'application',
    clientSecret: 'a secret/with+signs',
    timeoutMs: 2_000,
    maxConcurrency: 4,
    ...overrides,
  };
}
