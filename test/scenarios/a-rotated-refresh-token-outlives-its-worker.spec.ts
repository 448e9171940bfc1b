import { randomBytes } from 'node:crypto';
import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, idsOf, startWorld, untilCreated } from '../support/world.js';

// App+User. The token endpoint hands out a new refresh token each time and then takes the configured one no longer, as
// after a while in real life. The newest one is in the ledger, sealed: it serves the next start and every other worker.
// Only a worker that cannot have it (another key) is left with the configured one, and asks for a new consent.
const CONFIGURED = 'the-configured-refresh-token';
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld(
    {
      PARTNER_CENTER_REFRESH_TOKEN: CONFIGURED,
      LEDGER_KEY: randomBytes(32).toString('base64'),
      WORKER_LEASE_MS: '2000',
    },
    { refreshToken: CONFIGURED },
  );
  await ask(system, ['first']);
  await untilCreated(system, ['first']);
});
afterAll(() => system.stop());

it('is in the ledger, sealed, and in no log', async () => {
  const rows = JSON.stringify(await system.query('SELECT * FROM refresh_token'));
  expect(rows).toMatch(/"sealed":"eyJ[\w-]+\.\.[\w.-]+"/);
  const log = system.workers.map(({ process }) => process.stdout + process.stderr).join('');
  for (const text of [rows, log]) expect(text).not.toMatch(/simr\.|the-configured-refresh-token/);
});

it('serves a start after kill -9, when the configured one is taken no longer', async () => {
  await system.simulator.settings({ refreshToken: 'none of ours' });
  await system.workers[0]!.process.kill();
  await system.startWorker();
  const ids = idsOf('after the start', 5);
  await ask(system, ids);
  await untilCreated(system, ids, 30_000);
  expect((await system.simulator.journal('?operation=token')).map(({ status }) => status)).toEqual([200, 200]);
});

it('serves a second worker', async () => {
  const second = await system.startWorker();
  await system.simulator.control('POST', 'tokens/expire');
  await system.workers[1]!.process.stop();
  const ids = idsOf('with the second', 5);
  await ask(system, ids);
  await untilCreated(system, ids, 30_000);
  expect((await second.readiness()).status).toBe('ready');
});

it('does not serve a worker with another key: it asks for a new consent', async () => {
  await system.workers[2]!.process.stop();
  const stranger = await system.startWorker({ LEDGER_KEY: randomBytes(32).toString('base64') }, { untilReady: false });
  await ask(system, ['waits']);
  const reason = await eventually(async () => (await stranger.readiness()).parts.partnerCenter.reason ?? false, {
    what: 'a pause',
    timeoutMs: 30_000,
  });
  expect(reason).toMatch(/invalid_grant, AADSTS70000, HTTP 400.*has to consent again/);
  await system.simulator.settings({ refreshToken: CONFIGURED });
  await untilCreated(system, ['waits'], 30_000);
});
