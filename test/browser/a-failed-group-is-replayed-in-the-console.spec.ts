import { OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { faultsOf, logIn, useBrowser } from './support/browser.js';
import { ConsoleProcess, OPERATOR } from '../support/console-process.js';

// A CRM sends customers with a postal code that is none, and others with an e-mail address that is none: two groups of
// dead letters. An operator corrects and replays the one by mouse, the other by keyboard. The whole system is real.

const browser = useBrowser();
const POSTAL = Array.from({ length: 8 }, (_, n) => `postal-${n}`);
const EMAIL = Array.from({ length: 4 }, (_, n) => `email-${n}`);
const JOURNEY_MS = 180_000;
let system: OnboardingSystem;
let consoleProcess: ConsoleProcess;

beforeAll(async () => {
  if (!browser.isThere) return;
  system = await OnboardingSystem.start({ brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') });
  await system.startWorker();
  consoleProcess = await ConsoleProcess.start(system);
  await system.request([
    ...POSTAL.map((id) => requestRecord(id, customerData(id, { address: { postalCode: 'none' } }))),
    ...EMAIL.map((id) => requestRecord(id, customerData(id, { billingProfile: { email: 'nobody' } }))),
  ]);
  await system.settled();
});
afterAll(async () => {
  if (!browser.isThere) return;
  await consoleProcess.stop();
  await system.stop();
});

/** Every one has its tenant, once, with the corrected data; letters and ids are as they were. */
async function expectTenants(ids: string[]): Promise<void> {
  const created = await eventually(
    async () => {
      const events = await system.created();
      return ids.every((id) => events.has(id)) && events;
    },
    { what: 'CustomerCreated of every replayed letter', timeoutMs: 30_000 },
  );
  const tenants = await system.simulator.tenants();
  expect(ids.map((id) => tenants.filter(({ id: tenant }) => tenant === created.get(id)?.['tenantId']).length)).toEqual(
    ids.map(() => 1),
  );
}

async function expectFinished(page: Page, letters: number): Promise<void> {
  await page.getByText(`Done: ${letters} of ${letters} letters went as forecast.`).waitFor({ timeout: 60_000 });
  await page.getByText(`100 %: ${letters} of ${letters} letters ended`).waitFor();
}

it(
  'is corrected, planned, started and finished by mouse',
  async () => {
    const page = await browser.open();
    await logIn(page, consoleProcess.url, OPERATOR);
    await page.getByRole('link', { name: 'Dead letters' }).first().click();
    const group = page.getByRole('row').filter({ hasText: 'billingProfile.defaultAddress.postalCode' });
    await group.getByText('8', { exact: true }).waitFor();
    await group.getByRole('button', { name: 'Edit' }).click();

    await page.getByLabel('billingProfile.defaultAddress.postalCode').fill('14203');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('the event keeps all rules').waitFor();
    await page.getByRole('insertion').getByText('"14203"').waitFor();
    await page.getByRole('button', { name: 'Plan the edited replay' }).click();

    await page.getByRole('heading', { name: '8 letters, oldest first' }).waitFor();
    const anew = page.getByRole('row').filter({ hasText: 'Will be tried anew' });
    await anew.nth(7).waitFor();
    expect(await anew.count()).toBe(8);
    await page.getByLabel('Ramp').fill('2, 6');
    await page.getByRole('button', { name: 'Start …' }).click();
    await page.getByRole('button', { name: 'Start the replay' }).click();
    await expectFinished(page, 8);
    expect(await faultsOf(page)).toEqual([]);
    await expectTenants(POSTAL);
  },
  JOURNEY_MS,
);

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string): Promise<void> {
  const target = page.getByRole(role, { name }).first();
  await target.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`no Tab leads to the ${role} "${name}"`);
}

it(
  'is corrected, planned, started and finished by keyboard',
  async () => {
    const page = await browser.open({ colorScheme: 'dark' });
    await page.goto(consoleProcess.url);
    await page.getByLabel('Token').waitFor();
    await page.keyboard.type(OPERATOR);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');

    await page.getByRole('row').filter({ hasText: 'billingProfile.email' }).waitFor();
    await tabTo(page, 'button', 'Edit and replay of 4 letters');
    await page.keyboard.press('Enter');
    await tabTo(page, 'textbox', 'billingProfile.email');
    await page.keyboard.type('ops@northbakery.example');
    await page.keyboard.press('Enter');
    await page.getByText('the event keeps all rules').waitFor();
    await tabTo(page, 'button', 'Plan the edited replay');
    await page.keyboard.press('Enter');

    await page.getByRole('heading', { name: '4 letters, oldest first' }).waitFor();
    await tabTo(page, 'button', 'Start …');
    await page.keyboard.press('Enter');
    await tabTo(page, 'button', 'Start the replay');
    await page.keyboard.press('Enter');
    await expectFinished(page, 4);
    expect(await page.evaluate('document.activeElement === document.body')).toBe(false);
    await expectTenants(EMAIL);
  },
  JOURNEY_MS,
);

it('shows afterwards what was done, and by whom', async () => {
  const page = await browser.open();
  await logIn(page, consoleProcess.url, OPERATOR);
  await page.goto(`${consoleProcess.url}/#/audit`);
  const made = page.getByRole('row').filter({ hasText: 'plan made' });
  await made.nth(1).waitFor();
  expect(await made.count()).toBe(2);
  expect(await made.filter({ hasText: 'console operator' }).count()).toBe(2);

  await page.goto(`${consoleProcess.url}/#/onboardings/${POSTAL[0] ?? ''}`);
  await page.getByText('created', { exact: true }).waitFor();
});

it('leaves nothing behind in the browser that scripts could read', async () => {
  const page = await browser.open();
  await logIn(page, consoleProcess.url, OPERATOR);
  const kept = await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]');
  expect(kept).toEqual([0, 0, '']);
});
