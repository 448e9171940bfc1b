import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type OnboardingSystem, customerData, queryDatabase, requestRecord } from '#testing';
import { compactDecrypt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failCreates, requestIdOf, startWorld, untilCreated, untilLetter } from '../support/world.js';

// The service gives the administrator's password once. It is sealed for a recipient whose private key the worker never
// sees, and goes out in the event or stays in the ledger; or nobody wants it. After a run with successes, refusals, lost answers and failures
// of the token endpoint nothing that the worker leaves behind holds a secret, and logs and metrics hold no payload.
const SECRET = 'the-client-secret-of-this-test';
const PAYLOAD = {
  companyName: 'Zyxwv Bakery',
  addressLine1: '77 Qqqq Street',
  email: 'owner@zyxwv.example',
  phone: '7165559931',
};
const CREATED = `correlationId customerReference customerId tenantId commerceId domain companyName relationshipToPartner
  associatedPartnerId userName createdAt recovered credentials sealedCredentials`.split(/\s+/);
const REJECTED = 'correlationId customerReference code message fields httpStatus requestId'.split(' ');

const folder = mkdtempSync(join(tmpdir(), 'recipient-'));
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyFile = join(folder, 'public.pem');
writeFileSync(keyFile, publicKey.export({ type: 'spki', format: 'pem' }));
afterAll(() => rmSync(folder, { recursive: true }));

async function unseal(jwe: unknown): Promise<{ userName: string; password: string }> {
  const { plaintext } = await compactDecrypt(String(jwe), privateKey);
  return JSON.parse(new TextDecoder().decode(plaintext)) as { userName: string; password: string };
}
function customer(id: string): ReturnType<typeof requestRecord> {
  const { companyName, email, addressLine1, phone } = PAYLOAD;
  const data = customerData(id, {
    billingProfile: { companyName, email },
    address: { addressLine1, phoneNumber: phone },
  });
  return requestRecord(id, data);
}
async function ledgerText(system: OnboardingSystem): Promise<string> {
  const url = system.settings['DATABASE_URL']!;
  const tables = await queryDatabase<{ name: string }>(
    url,
    `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
  );
  const rows = tables.map(({ name }) => queryDatabase<{ row: string }>(url, `SELECT t::text AS row FROM "${name}" t`));
  return JSON.stringify(await Promise.all(rows));
}

/** Every text that lies on the topics of outcomes. */
async function topicsText(system: OnboardingSystem): Promise<string> {
  const topics = await Promise.all((['created', 'rejected', 'deadLetter'] as const).map((topic) => system.read(topic)));
  return topics
    .flat()
    .map(({ value, headers }) => `${String(value)} ${JSON.stringify(headers)}`)
    .join('\n');
}

describe.each(['event', 'ledger'])('delivered by %s', (delivery) => {
  let system: OnboardingSystem;
  const ids = ['plain', 'lost answer', 'unclear', 'late'];
  let passwords: string[];

  beforeAll(async () => {
    system = await startWorld({
      CREDENTIALS_DELIVERY: delivery,
      CREDENTIALS_PUBLIC_KEY_FILE: keyFile,
      PARTNER_CENTER_CLIENT_SECRET: SECRET,
      LOG_LEVEL: 'trace',
    });
    await failCreates(system, 'lost answer', { kind: 'reset', when: 'after' }, 1);
    await failCreates(system, 'unclear', { kind: 'status', status: 500 }, 1);
    await failCreates(system, 'refused', { kind: 'status', status: 400, code: 2007, description: PAYLOAD.companyName });
    await system.request([...ids.slice(0, 3), 'refused'].map(customer));
    await untilLetter(system, 'refused');
    await system.request([{ ...customer('unreadable'), value: `{"companyName":"${PAYLOAD.companyName}` }]);
    await untilLetter(system, 'unreadable');
    await system.simulator.fault({ match: { operation: 'token' }, times: 2, action: { kind: 'status', status: 500 } });
    await system.simulator.control('POST', 'tokens/expire');
    await system.request([customer('late')]);
    await untilCreated(system, ids);
  });
  afterAll(() => system.stop());

  it('is sealed for the recipient, and said to be unavailable where the answer was lost', async () => {
    const created = await system.created();
    const kept = await queryDatabase<{ correlation_id: string; sealed_credentials: string | null }>(
      system.settings['DATABASE_URL']!,
      `SELECT correlation_id, sealed_credentials FROM onboarding WHERE state = 'created'`,
    );
    const ledger = new Map(kept.map((row) => [row.correlation_id, row.sealed_credentials]));
    expect(created.get('lost answer')).toMatchObject({ credentials: 'unavailable', recovered: false });
    expect(created.get('lost answer')).not.toHaveProperty('sealedCredentials');
    const opened = await Promise.all(
      ['plain', 'unclear', 'late'].map((id) => {
        expect(created.get(id)).toMatchObject({ credentials: 'sealed', userName: 'admin' });
        if (delivery === 'ledger') expect(created.get(id)).not.toHaveProperty('sealedCredentials');
        return unseal(delivery === 'event' ? created.get(id)?.['sealedCredentials'] : ledger.get(id));
      }),
    );
    passwords = opened.map(({ userName, password }) => {
      expect(userName).toBe('admin');
      expect(password.length).toBeGreaterThan(7);
      return password;
    });
    expect(new Set(passwords).size).toBe(3);
  });

  it('leaves no secret anywhere and no payload in logs, metrics and health', async () => {
    const worker = system.workers[0]!;
    const told = [
      worker.process.stdout,
      worker.process.stderr,
      await worker.metrics(),
      JSON.stringify(await worker.readiness()),
    ];
    expect(worker.process.stdout.length).toBeGreaterThan(2_000);
    for (const value of Object.values(PAYLOAD)) expect(told.join('\n')).not.toContain(value);
    const everything = [...told, await topicsText(system), await ledgerText(system)].join('\n');
    expect(passwords).toHaveLength(3);
    for (const secret of [...passwords, SECRET, 'Bearer ', 'access_token']) expect(everything).not.toContain(secret);
  });

  it('tells in events only what the interface names', async () => {
    for (const record of await system.read('created')) {
      expect(CREATED).toEqual(expect.arrayContaining(Object.keys(JSON.parse(String(record.value)) as object)));
    }
    for (const record of await system.read('rejected')) {
      expect(REJECTED).toEqual(expect.arrayContaining(Object.keys(JSON.parse(String(record.value)) as object)));
      for (const value of Object.values(PAYLOAD)) expect(String(record.value)).not.toContain(value);
    }
    for (const { headers } of await system.read('deadLetter')) {
      for (const value of Object.values(PAYLOAD)) expect(JSON.stringify(headers)).not.toContain(value);
    }
  });
});

/** The password of a customer as the service still knows it: it gives it to whoever repeats the call. */
async function passwordOf({ simulator }: OnboardingSystem, id: string): Promise<string> {
  await simulator.settings({ replay: 'sameBody', sameIdDifferentBody: 'firstResult' });
  const client = { grant_type: 'client_credentials', client_id: 'c', client_secret: 's' };
  const form = new URLSearchParams({ ...client, resource: 'https://api.partnercenter.microsoft.com' });
  const token = await fetch(`${simulator.url}/t/oauth2/token`, { method: 'POST', body: form });
  const { access_token } = (await token.json()) as { access_token: string };
  const about = { 'MS-RequestId': requestIdOf(id), 'content-type': 'application/json' };
  const headers = { authorization: `Bearer ${access_token}`, ...about };
  const answer = await fetch(`${simulator.url}/v1/customers`, { method: 'POST', headers, body: '{}' });
  return ((await answer.json()) as { userCredentials: { password: string } }).userCredentials.password;
}

describe('discarded', () => {
  it('is nowhere, and every event says so', async () => {
    const system = await startWorld({ CREDENTIALS_DELIVERY: 'discard', LOG_LEVEL: 'trace' });
    try {
      await failCreates(system, 'lost answer', { kind: 'reset', when: 'after' }, 1);
      await system.request(['plain', 'lost answer'].map(customer));
      for (const event of await untilCreated(system, ['plain', 'lost answer'])) {
        expect(event['credentials']).toBe('discarded');
        expect(event).not.toHaveProperty('sealedCredentials');
      }
      const { stdout, stderr } = system.workers[0]!.process;
      const everything = [stdout, stderr, await topicsText(system), await ledgerText(system)].join('\n');
      for (const id of ['plain', 'lost answer']) {
        const password = await passwordOf(system, id);
        expect(password.length).toBeGreaterThan(7);
        expect(everything).not.toContain(password);
      }
    } finally {
      await system.stop();
    }
  });
});
