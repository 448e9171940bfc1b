import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { faultsOf, overhang, picture, useBrowser } from './support/browser.js';
import { useFixtureConsole } from './support/fixture-console.js';
import { onboarding, overview, pause, plan } from './support/fixture-documents.js';

// Every view of the page, and every dialog and form that opens in it, is scanned for faults that shut people out: with
// the light theme, the dark one, and on the narrowest phone, where nothing may stick out.

const browser = useBrowser();
const fixture = useFixtureConsole();

interface View {
  name: string;
  hash: string;
  heading: string;
  /** Brings up what the view shows only after an action. */
  act?: (page: Page) => Promise<void>;
}

const PLAN = `#/plans/${plan.plan}`;
const VIEWS: View[] = [
  { name: 'overview', hash: '#/', heading: 'Overview', act: (page) => page.locator('.plot canvas').nth(1).waitFor() },
  {
    name: 'overview-table',
    hash: '#/',
    heading: 'Overview',
    act: (page) => page.getByText('tenant as a table').click(),
  },
  { name: 'onboardings', hash: '#/onboardings', heading: 'Onboardings' },
  { name: 'onboarding', hash: `#/onboardings/${onboarding.correlationId}`, heading: 'Onboarding 0b5f' },
  { name: 'groups', hash: '#/dead-letters', heading: 'Dead letters' },
  { name: 'letters', hash: '#/dead-letters/letters?code=RULE_VIOLATION', heading: 'Letters' },
  { name: 'letter', hash: '#/dead-letters/3:17', heading: 'Dead letter 3:17' },
  { name: 'letter-revealed', hash: '#/dead-letters/3:17', heading: 'Dead letter 3:17', act: reveal },
  {
    name: 'edit',
    hash: '#/dead-letters/edit?group=9c1185a5c5e9fc54&example=3:17',
    heading: 'Edit and replay',
    act: edit,
  },
  { name: 'plans', hash: '#/plans', heading: 'Replay plans' },
  { name: 'plan', hash: PLAN, heading: 'Replay plan', act: (page) => page.getByText('28', { exact: true }).waitFor() },
  { name: 'plan-fault', hash: PLAN, heading: 'Replay plan', act: startWrong },
  {
    name: 'plan-confirm',
    hash: PLAN,
    heading: 'Replay plan',
    act: (page) => page.getByRole('button', { name: 'Start …' }).click(),
  },
  { name: 'plan-running', hash: PLAN, heading: 'Replay plan', act: start },
  { name: 'audit', hash: '#/audit', heading: 'Audit' },
  { name: 'keys', hash: '#/', heading: 'Overview', act: (page) => page.keyboard.press('?') },
  { name: 'nowhere', hash: '#/nowhere', heading: 'Not found' },
];

/** For docs/dead-letters.md. */
const PICTURES = new Set([
  'overview-light',
  'groups-light',
  'edit-light',
  'plan-light',
  'plan-running-dark',
  'plan-running-phone',
]);

async function reveal(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByText('The audit says that you looked').waitFor();
}

async function edit(page: Page): Promise<void> {
  await page.getByLabel('billingProfile.defaultAddress.postalCode').fill('14203');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('heading', { name: '1 change' }).waitFor();
}

async function startWrong(page: Page): Promise<void> {
  await page.getByLabel('Ramp').fill('one');
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByText('Whole numbers above 0').waitFor();
}

async function start(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByRole('button', { name: 'Start the replay' }).click();
  await page.getByRole('button', { name: 'Pause' }).waitFor();
}

async function show(page: Page, { hash, heading, act }: View): Promise<void> {
  await page.goto(`${fixture.url}/${hash}`);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await page.getByText('Reading').waitFor({ state: 'detached' });
  await act?.(page);
}

async function pictureOf(page: Page, name: string): Promise<void> {
  if (PICTURES.has(name)) await picture(page, name);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  it('the login has no faults', async () => {
    const page = await browser.open({ colorScheme });
    await page.goto(fixture.url);
    await page.getByLabel('Token').fill('wrong');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByText('neither the token of an operator').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });

  it.each(VIEWS)('$name has no faults', async (view) => {
    const page = await browser.open({ colorScheme });
    await fixture.enter(page);
    await show(page, view);
    await pictureOf(page, `${view.name}-${colorScheme}`);
    expect(await faultsOf(page)).toEqual([]);
  });

  it('an outage is told without faults', async () => {
    fixture.answer('GET /api/overview', () => ({ ...overview, outboxBlocked: 1, recordsLost: 7, pauses: [pause] }));
    const page = await browser.open({ colorScheme });
    await fixture.enter(page);
    await page.goto(fixture.url);
    await page.getByText('Calls to Partner Center are paused.').waitFor();
    await page.locator('.plot canvas').nth(1).waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
});

describe('320 pixels wide', () => {
  it.each(VIEWS)('$name has nothing that sticks out', async (view) => {
    const page = await browser.open({ viewport: { width: 320, height: 640 } });
    await fixture.enter(page);
    await show(page, view);
    await pictureOf(page, `${view.name}-phone`);
    expect(await overhang(page)).toBe(0);
  });
});
