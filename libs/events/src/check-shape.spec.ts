import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, type DecodedRecord } from './decode-record.js';
import { jsonBuffer, plainRecord, recordOf, validData } from './requests.fixture.js';

type Tree = Record<string, unknown>;
const ADDRESS = 'billingProfile.defaultAddress';
const decodeData = (data: unknown): DecodedRecord =>
  decodeRecord(recordOf({ value: jsonBuffer(data), headers: [['correlation-id', 'c-1']] }), {
    groupId: 'g',
    checkRules: () => [],
  });

/** The valid data with one member set by its path. */
function dataWith(path: string, value: unknown): Tree {
  const data: Tree = structuredClone(validData());
  const names = path.split('.');
  const last = names.pop() ?? '';
  let section = data;
  for (const name of names) section = section[name] as Tree;
  section[last] = value;
  return data;
}

function digestOf(data: unknown): string {
  const decoded = decodeData(data);
  if (decoded.kind !== 'request') throw new Error(`expected a request, got ${JSON.stringify(decoded)}`);
  return decoded.digest.toString('hex');
}

const REQUIRED = [
  ...['companyProfile', 'companyProfile.domain', 'billingProfile', 'billingProfile.email', 'billingProfile.culture'],
  ...[
    'billingProfile.language',
    'billingProfile.companyName',
    ADDRESS,
    `${ADDRESS}.country`,
    `${ADDRESS}.addressLine1`,
  ],
];
const OPTIONAL_TEXTS = [
  ...['companyProfile.companyName', 'companyProfile.organizationRegistrationNumber', 'customerReference'],
  ...['billingProfile.firstName', 'billingProfile.lastName'],
  ...['region', 'city', 'state', 'district', 'addressLine2', 'addressLine3', 'postalCode', 'firstName', 'lastName'].map(
    (name) => `${ADDRESS}.${name}`,
  ),
  ...['middleName', 'emailAddress', 'phoneNumber'].map((name) => `${ADDRESS}.${name}`),
];
const TEXTS = [...REQUIRED.filter((path) => !/Profile$|Address$/.test(path)), ...OPTIONAL_TEXTS];

describe('the shape', () => {
  it.each(REQUIRED)('%s that is missing, null or empty is EVENT_INVALID and named', (field) => {
    for (const value of [undefined, null, '']) {
      expect(decodeData(dataWith(field, value))).toMatchObject({ code: 'EVENT_INVALID', fields: [field] });
    }
  });

  it.each(OPTIONAL_TEXTS)('%s may be null', (field) => {
    expect(decodeData(dataWith(field, null)).kind).toBe('request');
  });

  it.each(TEXTS)('%s must be text without NUL and lone surrogates', (field) => {
    for (const value of [1, true, ['US'], { a: 1 }, 'U\0', 'U\ud800', '\udc00']) {
      expect(decodeData(dataWith(field, value))).toMatchObject({ code: 'EVENT_INVALID', fields: [field] });
    }
  });

  it.each([
    [`${ADDRESS}.addressLine1`, 1, 200],
    [`${ADDRESS}.addressLine2`, 0, 200],
    [`${ADDRESS}.firstName`, 1, 50],
    [`${ADDRESS}.lastName`, 1, 50],
    [`${ADDRESS}.middleName`, 1, 50],
    ['customerReference', 0, 128],
  ])('%s has %d to %d characters', (field, min, max) => {
    for (const length of [min, max]) expect(decodeData(dataWith(field, 'ä'.repeat(length))).kind).toBe('request');
    expect(decodeData(dataWith(field, '😀'.repeat(max))).kind).toBe('request');
    for (const text of ['x'.repeat(max + 1), '😀'.repeat(max + 1), ...(min > 0 ? [''] : [])]) {
      expect(decodeData(dataWith(field, text))).toMatchObject({ code: 'EVENT_INVALID', fields: [field] });
    }
  });

  it.each(['USA', 'U', '1A', 'ÄÖ'])('country %s is EVENT_INVALID', (country) => {
    expect(decodeData(dataWith(`${ADDRESS}.country`, country))).toMatchObject({ fields: [`${ADDRESS}.country`] });
  });

  it('associatedPartnerId is a GUID', () => {
    expect(decodeData(dataWith('associatedPartnerId', '{0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d}'))).toMatchObject({
      code: 'EVENT_INVALID',
      fields: ['associatedPartnerId'],
    });
    expect(decodeData(dataWith('associatedPartnerId', '0F0E7C9E-32A8-4D76-8A1C-6A6F6D7B8C9D')).kind).toBe('request');
  });

  it.each(['companyProfile', 'billingProfile', ADDRESS])('%s that is a list or a text is EVENT_INVALID', (field) => {
    for (const value of [[], [{ domain: 'x' }], 'text', 0, false]) {
      expect(decodeData(dataWith(field, value))).toMatchObject({ code: 'EVENT_INVALID', fields: [field] });
    }
  });

  it('faults are all reported, in a message of at most 512 characters that says what would be right', () => {
    const decoded = decodeRecord(plainRecord({ companyProfile: {}, billingProfile: { defaultAddress: { city: 1 } } }), {
      groupId: 'g',
      checkRules: () => [],
    });
    if (decoded.kind !== 'refused') throw new Error('expected a refusal');
    expect(decoded.fields).toHaveLength(8);
    expect(decoded.message).toContain('companyProfile.domain is required: text, not empty');
    expect(decoded.message.length).toBeLessThanOrEqual(512);
  });
});

describe('the digest', () => {
  it('is SHA-256 of the known members as canonical JSON', () => {
    const canonical =
      '{"billingProfile":{"companyName":"North Bakery","culture":"en-US","defaultAddress":{"addressLine1":"123 Main Street",' +
      '"country":"US","phoneNumber":""},"email":"ops@northbakery.example","language":"en"},' +
      '"companyProfile":{"domain":"NorthBakery42.onmicrosoft.com"},"customerReference":"001A000001"}';
    expect(digestOf(validData())).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  it('ignores the order of members, unknown members at every depth, userCredentials and null', () => {
    const unknown = fc.dictionary(
      fc.string().map((name) => `x${name}`),
      fc.jsonValue(),
      { maxKeys: 3 },
    );
    fc.assert(
      fc.property(unknown, unknown, fc.boolean(), (extra, deep, isReversed) => {
        const decorate = (tree: Tree): Tree => {
          const entries = Object.entries(tree).map(([name, value]): [string, unknown] => [
            name,
            typeof value === 'object' ? decorate(value as Tree) : value,
          ]);
          const all = [...entries, ...Object.entries(deep), ['region', null] as [string, unknown]];
          return Object.fromEntries(isReversed ? all.reverse() : all);
        };
        const data = { ...extra, userCredentials: { userName: 'admin', password: 'p' }, ...decorate(validData()) };
        expect(digestOf(data)).toBe(digestOf(validData()));
      }),
    );
  });

  it('drops what is unknown from the data', () => {
    const decoded = decodeData({ ...validData(), userCredentials: { password: 'hunter2' }, mpnId: '1' });
    expect(decoded).toMatchObject({ kind: 'request' });
    expect(decoded.kind === 'request' && JSON.parse(JSON.stringify(decoded.data))).toEqual(validData());
  });

  it('differs when any known text differs, also in case, and between empty and absent', () => {
    for (const field of TEXTS.filter((path) => !path.endsWith('country'))) {
      expect(digestOf(dataWith(field, 'other'))).not.toBe(digestOf(validData()));
      expect(digestOf(dataWith(field, 'Other'))).not.toBe(digestOf(dataWith(field, 'other')));
    }
    expect(digestOf(dataWith(`${ADDRESS}.phoneNumber`, null))).not.toBe(digestOf(validData()));
  });
});
