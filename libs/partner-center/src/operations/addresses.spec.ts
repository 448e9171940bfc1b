import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../test-support/local-server.js';
import { CALL, clientsOfTests, sendWithBom } from '../../test-support/with-client.js';
import { ADDRESS_STATUSES } from '../resources.js';

const ADDRESS = { addressLine1: '1 Microsoft Way', city: 'Redmond', state: 'WA', postalCode: '98052', country: 'US' };
const SUGGESTED = { ...ADDRESS, postalCode: '98052-8300' };

describe('addresses.validate', () => {
  const start = clientsOfTests(afterEach);

  async function validate(status: number, body: unknown) {
    const { client, seen } = await start((_, response) =>
      status === 200 && body !== '' ? sendWithBom(response, 200, body) : sendJson(response, status, body),
    );
    return { answer: await client.addresses.validate(ADDRESS, CALL), seen };
  }

  it('asks with the members that are there, by the names of reference 2.3', async () => {
    const { seen } = await validate(200, { status: 'Verified' });
    const { addressLine1, city, state, postalCode, country } = ADDRESS;
    expect(seen()[0]).toMatchObject({ method: 'POST', url: '/v1/validations/address' });
    expect(JSON.parse(seen()[0]?.body ?? '')).toEqual({
      AddressLine1: addressLine1,
      City: city,
      State: state,
      PostalCode: postalCode,
      Country: country,
    });
  });

  it.each(ADDRESS_STATUSES)('reads the status %s', async (status) => {
    const suggestedAddresses = [SUGGESTED, { Country: 'US', PostalCode: '98052-6399', later: {} }];
    const { answer } = await validate(200, { originalAddress: ADDRESS, suggestedAddresses, status });
    expect(answer).toMatchObject({
      kind: 'answered',
      value: {
        status,
        suggestedAddresses: [SUGGESTED, { country: 'US', postalCode: '98052-6399' }],
        validationMessage: null,
      },
    });
  });

  it('reads one suggestion that is no list, and a status that it does not know as not validated', async () => {
    const { answer } = await validate(200, { Status: 'Teleported', SuggestedAddresses: SUGGESTED });
    expect(answer).toMatchObject({ value: { status: 'NotValidated', suggestedAddresses: [SUGGESTED] } });
  });

  it('passes on the message of the service only bounded and without control characters', async () => {
    const { answer } = await validate(200, {
      status: 'None',
      validationMessage: `a\u001b[31m\r\nb${'x'.repeat(2000)}`,
    });
    const message = answer.kind === 'answered' ? answer.value.validationMessage : null;
    expect(message).toMatch(/^a \[31m bx+…$/);
    expect(message).toHaveLength(512);
  });

  it('takes nothing at all with 200 for the old way to say that an address is right', async () => {
    const value = { status: 'Verified', suggestedAddresses: [], validationMessage: null };
    expect((await validate(200, '')).answer).toMatchObject({ kind: 'answered', value });
  });

  it('takes code 2007 for the old way to say that an address is wrong, its description for JSON in a text', async () => {
    const inner = { code: '60071', reason: 'ZipCityInvalid: 98052', corrected_address: { City: 'Redmond' } };
    const { answer } = await validate(400, { code: 2007, description: JSON.stringify(inner), data: [] });
    expect(answer).toMatchObject({
      kind: 'answered',
      value: { status: 'None', suggestedAddresses: [{ city: 'Redmond' }], validationMessage: inner.reason },
      call: { httpStatus: 400, code: '2007' },
    });
    const plain = await validate(400, { code: '2007', description: 'no\tJSON' });
    expect(plain.answer).toMatchObject({ value: { status: 'None', validationMessage: 'no JSON' } });
  });

  it.each([
    [400, { code: 2000 }, { kind: 'failed', why: 'refused', code: '2000' }],
    [403, { code: 900308 }, { kind: 'failed', why: 'held' }],
    [200, {}, { kind: 'failed', why: 'damaged-answer' }],
    [200, true, { kind: 'failed', why: 'damaged-answer' }],
    [500, '', { kind: 'failed', why: 'server-error' }],
  ])('has no answer with HTTP %i and %j', async (status, body, expected) => {
    expect((await validate(status, body)).answer).toMatchObject(expected);
  });
});
