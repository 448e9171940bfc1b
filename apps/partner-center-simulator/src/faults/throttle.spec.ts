import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';
import { VirtualClock } from '../virtual-clock.js';

const clock = new VirtualClock();
let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start({ clock, settings: { tokenLifetimeSeconds: 86_400 } });
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const throttle = (method: string, body: Record<string, unknown>) => client.control(method, 'throttle', body);
const answers = async (count: number, call: () => ReturnType<typeof client.get>) => {
  const seen: (number | string)[] = [];
  for (let i = 0; i < count; i++) {
    const { status, headers } = await call();
    seen.push(status === 429 ? `429 after ${String(headers['retry-after'])}` : status);
  }
  return seen;
};
const search = () => client.search('x');
const get = (id: string) => () => client.get(`/v1/customers/${id}`);

describe('the limit of the customer resource', () => {
  it('counts the calls on one customer, in windows of a minute, the refused ones too', async () => {
    await settings({ customerThrottling: 'perCustomer', customerCallsPerMinute: 2 });
    const [one, other] = [randomUUID(), randomUUID()];
    expect(await answers(3, get(one))).toEqual([404, 404, '429 after 60']);
    expect(await answers(1, get(other))).toEqual([404]);
    expect(await answers(3, search)).toEqual([200, 200, 200]);
    await clock.advance(59_001);
    expect(await answers(1, get(one))).toEqual(['429 after 1']);
    await clock.advance(999);
    expect(await answers(1, get(one))).toEqual([404]);
  });

  it('counts creates, searches and gets together when it is the partner that is limited', async () => {
    await settings({ customerThrottling: 'perPartner', customerCallsPerMinute: 2 });
    expect(await answers(1, search)).toEqual([200]);
    expect(await answers(1, () => client.create(customerBody()))).toEqual([201]);
    expect(await answers(1, get(randomUUID()))).toEqual(['429 after 60']);
    expect(await answers(1, () => client.get('/v1/countryvalidationrules/US'))).toEqual([200]);
  });

  it('is apart from that of the activity log', async () => {
    await settings({ auditCallsPerMinute: 1 });
    expect(await answers(2, () => client.get('/v1/auditrecords'))).toEqual([200, '429 after 60']);
    expect(await answers(1, search)).toEqual([200]);
  });
});

it('adds rules for some operations each, until all are lifted', async () => {
  await throttle('PUT', { perMinute: 1, operation: 'create' });
  await throttle('POST', { perMinute: 1, operation: ['search', 'get'], form: 'date' });
  const create = () => client.create(customerBody());
  expect(await answers(2, create)).toEqual([201, '429 after 60']);
  const until = new Date(clock.now() + 60_000).toUTCString();
  expect(await answers(2, search)).toEqual([200, `429 after ${until}`]);
  await throttle('PUT', { perMinute: 1, operation: 'search' });
  expect(await answers(1, create)).toEqual([201]);
  expect(await answers(2, search)).toEqual([200, '429 after 60']);
  await client.control('DELETE', 'throttle');
  expect(await answers(2, search)).toEqual([200, 200]);
});

it('counts a rule for each customer by itself when told so', async () => {
  await throttle('PUT', { perMinute: 1, per: 'customer' });
  expect(await answers(2, get(randomUUID()))).toEqual([404, '429 after 60']);
  expect(await answers(1, get(randomUUID()))).toEqual([404]);
  expect(await answers(2, search)).toEqual([200, 200]);
});

it('lets every call that comes too early lengthen the wait, if every call counts', async () => {
  await throttle('PUT', { perSecond: 0.1, burst: 1, everyCallCounts: true });
  expect(await answers(4, search)).toEqual([200, '429 after 20', '429 after 20', '429 after 20']);
  await throttle('PUT', { perSecond: 0.1, burst: 3, everyCallCounts: true });
  expect(await answers(6, search)).toEqual([200, 200, 200, '429 after 20', '429 after 30', '429 after 40']);
  await throttle('PUT', { perSecond: 0.1, burst: 1 });
  expect(await answers(3, search)).toEqual([200, '429 after 10', '429 after 10']);
});

it.each([
  ['zero', '0'],
  ['garbage', 'soon'],
  ['absurd', '999999999'],
  ['absent', 'undefined'],
])('tells the wait as %s', async (form, told) => {
  await client.fault({ kind: 'throttle', form });
  expect(await answers(1, search)).toEqual([`429 after ${told}`]);
});

it('tells a wait that is over', async () => {
  await client.fault({ kind: 'throttle', form: 'past' });
  const { headers } = await search();
  expect(Date.parse(String(headers['retry-after']))).toBe(clock.now() - 3_600_000);
});
