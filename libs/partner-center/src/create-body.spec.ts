import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerData } from '../test-support/builders.js';
import { toCreateBody } from './create-body.js';

const optionalText = fc.option(fc.string(), { nil: null });
const address = fc.record(
  {
    country: fc.oneof(fc.constantFrom('US', 'uk', 'GB', ' br ', 'CN', 'mx'), fc.string()),
    region: optionalText,
    state: optionalText,
    city: optionalText,
    postalCode: optionalText,
    phoneNumber: optionalText,
    addressLine1: fc.string(),
  },
  { requiredKeys: ['country', 'addressLine1'] },
);
const billing = fc.record({
  email: fc.string(),
  culture: fc.oneof(fc.constantFrom('EN-us', 'az-latn-az', ' pt-br'), fc.string()),
  language: fc.oneof(fc.constantFrom('En', 'zh-CHS'), fc.string()),
  companyName: fc.string(),
});
const data = fc
  .tuple(address, billing, optionalText, optionalText)
  .map(([a, b, organizationRegistrationNumber, associatedPartnerId]) =>
    customerData({ address: a, billing: b, company: { organizationRegistrationNumber }, associatedPartnerId }),
  );

describe('toCreateBody', () => {
  it('normalises what the service is strict about', () => {
    const body = toCreateBody(
      customerData({
        company: { domain: ' NorthBakery42.onmicrosoft.com ' },
        billing: { culture: 'EN-us', language: 'En', firstName: '  ', lastName: null },
        address: { country: 'us', state: ' ny ', region: 'NA' },
      }),
    );
    expect(body).toEqual({
      companyProfile: {
        domain: 'NorthBakery42.onmicrosoft.com',
        attributes: { objectType: 'CustomerCompanyProfile' },
      },
      billingProfile: {
        email: 'ops@northbakery.example',
        culture: 'en-US',
        language: 'en',
        companyName: 'North Bakery',
        defaultAddress: {
          country: 'US',
          city: 'Buffalo',
          state: 'NY',
          addressLine1: '123 Main Street',
          postalCode: '14203',
          firstName: 'Gena',
          lastName: 'Ray',
          phoneNumber: '7165550100',
        },
        attributes: { objectType: 'CustomerBillingProfile' },
      },
      attributes: { objectType: 'Customer' },
    });
  });

  it('says GB for UK, keeps region and state elsewhere, and cultures with a script', () => {
    const uk = toCreateBody(customerData({ address: { country: 'uk', state: 'Kent', region: 'South East' } }));
    expect(uk.billingProfile.defaultAddress).toMatchObject({ country: 'GB', state: 'Kent', region: 'South East' });
    expect(toCreateBody(customerData({ billing: { culture: 'AZ-latn-az' } })).billingProfile.culture).toBe(
      'az-Latn-AZ',
    );
    expect(toCreateBody(customerData({ billing: { language: 'zh-CHS' } })).billingProfile.language).toBe('zh-CHS');
  });

  it('sends the registration number only where a country demands it', () => {
    const company = { organizationRegistrationNumber: '12345' };
    const of = (country: string) => toCreateBody(customerData({ company, address: { country } })).companyProfile;
    expect(of('br')).toMatchObject(company);
    expect(of('DE')).not.toHaveProperty('organizationRegistrationNumber');
  });

  it('sends the associated partner and never credentials or unknown members', () => {
    const associatedPartnerId = '0b7b8a54-3a43-4a0c-8a3e-111111111111';
    const extra = {
      ...customerData({ associatedPartnerId }),
      userCredentials: { userName: 'a', password: 'p' },
      id: 'x',
    };
    const text = JSON.stringify(toCreateBody(extra));
    expect(text).toContain(associatedPartnerId);
    expect(text).not.toMatch(/userCredentials|password|"id"/);
  });

  it('gives the same bytes for the same data, and for data that were normalised before', () => {
    fc.assert(
      fc.property(data, (one) => {
        const bytes = JSON.stringify(toCreateBody(one));
        expect(JSON.stringify(toCreateBody(structuredClone(one)))).toBe(bytes);
        expect(JSON.stringify(toCreateBody(JSON.parse(bytes) as typeof one))).toBe(bytes);
      }),
    );
  });

  it('never sends null, nor a region for the US', () => {
    fc.assert(
      fc.property(data, (one) => {
        const body = toCreateBody(one);
        expect(JSON.stringify(body)).not.toContain(':null');
        if (body.billingProfile.defaultAddress.country === 'US') {
          expect(body.billingProfile.defaultAddress).not.toHaveProperty('region');
        }
      }),
    );
  });
});
