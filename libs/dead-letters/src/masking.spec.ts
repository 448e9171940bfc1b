import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MASK, masked } from './masking.js';

describe('masking', () => {
  it('keeps names and structure, and the values that reach no person', () => {
    const data = {
      customerReference: '001A000001',
      companyProfile: { domain: 'northbakery42.onmicrosoft.com', companyName: 'North Bakery' },
      billingProfile: {
        email: 'ops@northbakery.example',
        defaultAddress: { country: 'US', firstName: 'Gena', notes: ['a', 1, null] },
      },
      isTrial: true,
    };
    expect(masked(data)).toEqual({
      customerReference: '001A000001',
      companyProfile: { domain: 'northbakery42.onmicrosoft.com', companyName: MASK },
      billingProfile: { email: MASK, defaultAddress: { country: 'US', firstName: MASK, notes: [MASK, MASK, null] } },
      isTrial: true,
    });
  });

  it('shows no text of a member that nobody knows, at any depth', () => {
    fc.assert(
      fc.property(
        fc.object({ key: fc.constantFrom('a', 'b', '__proto__'), values: [fc.constant('personal')] }),
        (data) => {
          expect(JSON.stringify(masked(data))).not.toContain('personal');
        },
      ),
    );
  });

  it('ends at what is nested too deeply', () => {
    const deep: unknown = JSON.parse(`${'{"country":'.repeat(100_000)}"US"${'}'.repeat(100_000)}`);
    expect(JSON.stringify(masked(deep))).toContain(MASK);
  });
});
