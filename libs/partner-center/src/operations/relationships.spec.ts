import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../test-support/local-server.js';
import { CALL, clientsOfTests, sendWithBom } from '../../test-support/with-client.js';

describe('relationships.indirectResellers', () => {
  const start = clientsOfTests(afterEach);

  it('reads the resellers of a provider through all pages', async () => {
    const first = {
      id: '4b10e8ad-0000-4000-8000-000000000001',
      name: 'North Reseller',
      relationshipType: 'is_indirect_cloud_solution_provider_of',
      state: 'Active',
      mpnId: '4847383',
      location: 'US',
    };
    const second = { Id: 'x', MpnId: 4847384 };
    const { client, seen } = await start((_, response, nth) =>
      sendWithBom(response, 200, nth === 1 ? { items: [first], continuationToken: 'more' } : { items: second }),
    );
    const answer = await client.relationships.indirectResellers(CALL);
    expect(answer.kind === 'answered' && answer.value).toEqual([
      { partnerId: first.id, name: 'North Reseller', state: 'Active', mpnId: '4847383', location: 'US' },
      { partnerId: 'x', name: null, state: null, mpnId: '4847384', location: null },
    ]);
    expect(seen().map(({ url }) => url)).toEqual([
      '/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf',
      '/v1/relationships?size=500&seekOperation=next&relationship_type=IsIndirectCloudSolutionProviderOf',
    ]);
  });

  it('has no answer when a line has no id: a reseller must not be missed', async () => {
    const { client } = await start((_, response) => sendJson(response, 200, { items: [{ name: 'x' }] }));
    expect(await client.relationships.indirectResellers(CALL)).toMatchObject({ kind: 'failed' });
  });

  it('says that an app-only token is not enough', async () => {
    const { client } = await start((_, response) => sendJson(response, 403, { code: 900329 }));
    expect(await client.relationships.indirectResellers(CALL)).toMatchObject({
      kind: 'failed',
      why: 'held',
      code: '900329',
      message: 'An app-only token is not enough: configure PARTNER_CENTER_REFRESH_TOKEN.',
    });
  });
});
