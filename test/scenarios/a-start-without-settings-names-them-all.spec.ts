import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OnboardingSystem, customerData, requestRecord, spawnNode } from '#testing';
import { afterAll, expect, inject, it } from 'vitest';
import { untilCreated } from '../support/world.js';

// A worker is started with no settings, with secrets in files, and with secrets given twice. Every fault is told at once,
// with status 78, before anything is connected.
const WORKER = 'dist/apps/onboarding-worker/src/main.js';
const REQUIRED = [
  'KAFKA_BROKERS',
  'DATABASE_URL',
  'PARTNER_CENTER_TENANT_ID',
  'PARTNER_CENTER_CLIENT_ID',
  'PARTNER_CENTER_CLIENT_SECRET',
  'CREDENTIALS_DELIVERY',
];
const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

function secretFile(name: string, secret: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${secret}\n`);
  return path;
}

async function refusedStart(env: Record<string, string>): Promise<string> {
  const worker = await spawnNode(new URL(`../../${WORKER}`, import.meta.url).pathname, env);
  expect(await worker.exited).toMatchObject({ code: 78 });
  return worker.stdout + worker.stderr;
}

it('names every missing setting in one message and exits with 78', async () => {
  const told = await refusedStart({});
  for (const name of REQUIRED) expect(told).toContain(name);
});

it('names every other fault too, and no secret', async () => {
  const told = await refusedStart({
    KAFKA_BROKERS: 'localhost:9092',
    DATABASE_URL: 'postgres://u:the-database-password@localhost/x',
    DATABASE_URL_FILE: secretFile('database', 'postgres://u:p@localhost/x'),
    PARTNER_CENTER_CLIENT_SECRET: 'a-secret-given-twice',
    PARTNER_CENTER_CLIENT_SECRET_FILE: secretFile('client', 'a-secret-given-twice'),
    PARTNER_CENTER_BASE_URL: 'https://api.partnercenter.microsoft.com/v1',
    RETRY_DELAY_MIN_MS: '500',
    RETRY_DELAY_MAX_MS: '100',
    PARTNER_CENTER_TIMEOUT_MS: '99',
    CREDENTIALS_DELIVERY: 'event',
  });
  const faulty = [
    'PARTNER_CENTER_TENANT_ID',
    'PARTNER_CENTER_CLIENT_ID',
    'PARTNER_CENTER_CLIENT_SECRET_FILE',
    'DATABASE_URL_FILE',
    'PARTNER_CENTER_BASE_URL',
    'RETRY_DELAY_MIN_MS',
    'PARTNER_CENTER_TIMEOUT_MS',
    'CREDENTIALS_PUBLIC_KEY_FILE',
  ];
  for (const name of faulty) expect(told).toContain(name);
  expect(told).not.toMatch(/a-secret-given-twice|the-database-password/);
});

it('works with every secret in a file', async () => {
  const parts = { brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') };
  const system = await OnboardingSystem.start(parts);
  try {
    await system.simulator.settings({ clientSecret: 'a-secret-in-a-file' });
    await system.startWorker({
      DATABASE_URL: '',
      DATABASE_URL_FILE: secretFile('database-url', system.settings['DATABASE_URL'] ?? ''),
      PARTNER_CENTER_CLIENT_SECRET: '',
      PARTNER_CENTER_CLIENT_SECRET_FILE: secretFile('client-secret', 'a-secret-in-a-file'),
    });
    await system.request([requestRecord('from a file', customerData('from a file'))]);
    await untilCreated(system, ['from a file']);
  } finally {
    await system.stop();
  }
});
