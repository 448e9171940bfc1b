/** Results of the address check, in the order of reference 2.3. */
export const ADDRESS_STATUSES = [
  'VerifiedShippable',
  'Verified',
  'InteractionRequired',
  'StreetPartial',
  'PremisesPartial',
  'Multiple',
  'None',
  'NotValidated',
] as const;
export type AddressStatus = (typeof ADDRESS_STATUSES)[number];

export interface AddressFixture {
  /** Street, city, state, postal code, country; lower case. */
  readonly address: readonly [string, string, string, string, string];
  readonly status: AddressStatus;
  /** What each suggestion has instead of what was sent. */
  readonly suggestions: readonly Readonly<Record<string, string>>[];
  readonly message?: string;
}

const REDMOND = { city: 'Redmond', postalCode: '98052-8300' };
const CAMPUS = { addressLine1: '1 Microsoft Way', postalCode: '98052-6399' };

/** Published samples, one for each status but `NotValidated` (reference 2.3). */
export const ADDRESS_FIXTURES: readonly AddressFixture[] = [
  fixture('1 microsoft way|redmond|wa|98052|us', 'VerifiedShippable', [REDMOND]),
  fixture('1 microsoft way|redmond|wa|98052-8300|us', 'Verified', [{}]),
  fixture('1 microsoft way|seattle|wa|98052|us', 'InteractionRequired', [REDMOND]),
  {
    ...fixture('microsoft way|redmond|wa|98052|us', 'StreetPartial', [CAMPUS]),
    message: "Address field invalid for property: 'Region', 'PostalCode', 'City'",
  },
  fixture('3 microsoft way|redmond|wa|98052|us', 'PremisesPartial', [CAMPUS]),
  fixture('1 microsoft way|seattle|wa|98055|us', 'None', []),
  fixture('1 strada dacia|bulboac||6512|md', 'Multiple', [
    { city: 'Bulboaca' },
    { city: 'Bulboaca', postalCode: 'MD-6512' },
  ]),
];

function fixture(
  address: string,
  status: AddressStatus,
  suggestions: readonly Readonly<Record<string, string>>[],
): AddressFixture {
  return { address: address.split('|') as unknown as AddressFixture['address'], status, suggestions };
}
