import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, TestClient } from '../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const IDS = {
  requestId: 'c0ffee00-0000-4000-8000-000000000001',
  correlationId: 'c0ffee00-0000-4000-8000-000000000002',
};

it('echoes the ids of the call, or answers with others', async () => {
  const echoed = (await client.create(customerBody(), IDS)).headers;
  expect([echoed['ms-requestid'], echoed['ms-correlationid']]).toEqual([IDS.requestId, IDS.correlationId]);
  await settings({ echoIds: false });
  const other = (await client.get('/v1/customers?size=1', IDS)).headers;
  expect(other['ms-requestid']).toMatch(/^[0-9a-f-]{36}$/);
  expect(other['ms-requestid']).not.toBe(IDS.requestId);
  expect(other['ms-correlationid']).not.toBe(IDS.correlationId);
});

it('goes on with the vector of the caller, or makes one up', async () => {
  const given = await client.get('/v1/customers?size=1', { headers: { 'MS-CV': 'ObwhuhD2tUKJoM+Z.0' } });
  expect(given.headers['ms-cv']).toBe('ObwhuhD2tUKJoM+Z.0');
  const made = await client.get('/v1/customers?size=1');
  expect(made.headers['ms-cv']).toMatch(/^[A-Za-z0-9+/]{16}\.0$/);
});

it('names its server as in 2019, or as in 2017', async () => {
  const newer = (await client.get('/v1/customers?size=1')).headers;
  expect(newer).toMatchObject({ 'ms-serverid': '0000112D', 'content-type': 'application/json; charset=utf-8' });
  expect(newer['request-context']).toMatch(/^appId=cid-v1:/);
  await settings({ legacy2017: true });
  const older = (await client.get('/v1/customers?size=1')).headers;
  expect([older['ms-serverid'], older['request-context']]).toEqual(['202010223', undefined]);
});

it('needs none of the optional headers, and never answers with a location or an etag', async () => {
  const { status, headers } = await client.create(customerBody(), { headers: { accept: '*/*' } });
  expect([status, headers['location'], headers['etag']]).toEqual([201, undefined, undefined]);
});

it.each([
  ['de-DE', '[de-DE] Customer details are missing'],
  ['en-GB', 'Customer details are missing'],
])('words errors in the language of X-Locale %s', async (locale, description) => {
  const reply = await client.create({}, { headers: { 'X-Locale': locale } });
  expect(reply.json).toMatchObject({ code: 2001, description });
  expect((await client.create(customerBody(), { headers: { 'X-Locale': locale } })).status).toBe(201);
});

it('leaves a description that is JSON, and the gateway, in their language', async () => {
  await settings({ addressValidation: 'legacy' });
  const options = { body: '{"Country":""}', headers: { 'X-Locale': 'de-DE' } };
  const { json } = await client.send('POST', '/v1/validations/address', options);
  expect(JSON.parse(json.description)).toMatchObject({ code: '60071', object_type: 'AddressValidation' });
  await client.control('PUT', 'throttle', { forMs: 30_000 });
  expect((await client.get('/v1/customers?size=1', options)).json.message).toMatch(/^Rate limit/);
});

it('answers 100 before the body of a create that expects it, and 417 to every other expectation', async () => {
  const body = JSON.stringify(customerBody());
  const token = (await client.fetchToken()).json.access_token;
  const head = (expectation: string) =>
    `POST /v1/customers HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\nExpect: ${expectation}\r\nConnection: close\r\n\r\n`;
  const socket = connect(client.simulator.port, '127.0.0.1');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('utf8')));
  socket.write(head('100-continue'));
  await once(socket, 'data');
  expect(received).toBe('HTTP/1.1 100 Continue\r\n\r\n');
  socket.end(body);
  await once(socket, 'close');
  expect(received).toContain('HTTP/1.1 201 Created');
  const other = connect(client.simulator.port, '127.0.0.1');
  other.end(head('200-ok'));
  const [chunk] = (await once(other, 'data')) as [Buffer];
  expect(chunk.toString('utf8')).toContain('HTTP/1.1 417');
});
