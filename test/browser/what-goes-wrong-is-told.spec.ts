import { expect, it } from 'vitest';
import { logIn, useBrowser } from './support/browser.js';
import { Refusal, useFixtureConsole } from './support/fixture-console.js';
import { plan } from './support/fixture-documents.js';

// Sessions end, the console is restarted, orders are refused, lists are empty: the page says what happened in plain
// words, keeps what it had, and goes on where the person was.

const browser = useBrowser();
const fixture = useFixtureConsole();

const PLAN = `#/plans/${plan.plan}`;

it('goes on at the same view after a session has ended', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/#/dead-letters`);
  await page.getByRole('link', { name: 'RULE_VIOLATION' }).waitFor();
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'RULE_VIOLATION' }).click();

  await page.getByText('Your session has ended.').waitFor();
  await page.getByLabel('Token').fill('operator');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Letters' }).waitFor();
});

it('shows nothing without a login and nothing after logging out', async () => {
  const page = await browser.open();
  await page.goto(`${fixture.url}/#/audit`);
  await page.getByLabel('Token').waitFor();
  expect(await page.getByText('Audit').count()).toBe(0);

  await logIn(page, fixture.url, 'viewer');
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByText('You are logged out.').waitFor();
  expect(await page.getByRole('navigation').count()).toBe(0);
});

it('offers a viewer nothing that changes something', async () => {
  const page = await browser.open();
  await fixture.enter(page, 'viewer');
  for (const hash of ['#/dead-letters', '#/dead-letters/letters', '#/dead-letters/3:17', PLAN]) {
    await page.goto(`${fixture.url}/${hash}`);
    await page.getByText('Viewer (may look only)').waitFor();
    await page.getByText('Reading').waitFor({ state: 'detached' });
    expect(await page.getByRole('button', { name: /plan|edit|start|show everything/i }).count()).toBe(0);
  }
});

it('keeps the figures and says so while the console does not answer, and goes on when it does', async () => {
  const page = await browser.open();
  await page.clock.install();
  await fixture.enter(page);
  await page.goto(fixture.url);
  await page.getByText('6 min 52 s').waitFor();
  fixture.answer('GET /api/overview', () => {
    throw new Refusal(503, 'UNAVAILABLE', 'the database cannot be reached');
  });
  await page.clock.fastForward(5_000);
  await page.getByText('the database cannot be reached').waitFor();
  expect(await page.getByText('6 min 52 s').isVisible()).toBe(true);

  fixture.reset();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('the database cannot be reached').waitFor({ state: 'detached' });
});

it('says which view an unforeseen answer broke, and leaves the others be', async () => {
  fixture.answer('GET /api/onboardings/x', () => ({ onboardings: [] }));
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/#/onboardings/x`);
  await page.getByRole('alert').getByText('This view failed').waitFor();
  await page.getByRole('link', { name: 'Audit' }).click();
  await page.getByRole('heading', { name: 'Audit' }).waitFor();
  await page.getByText('payload shown').waitFor();
});

it('begins at the heading when a list is narrowed down', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/#/dead-letters`);
  await page.getByText('Narrow down').click();
  await page.getByLabel('Code').fill('RULE_VIOLATION');
  await page.keyboard.press('Enter');
  await page.getByText('(code RULE_VIOLATION)').waitFor();
  await page.locator('h1:focus', { hasText: 'Dead letters' }).waitFor();
});

it('says why a start was refused', async () => {
  fixture.answer(`POST /api/plans/${plan.plan}/start`, () => {
    throw new Refusal(409, 'REFUSED', '3 letters were replayed three times or more, first 3:1: use force');
  });
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByRole('button', { name: 'Start the replay' }).click();
  await page.getByRole('alert').getByText('3 letters were replayed three times').waitFor();
});

it('starts nothing after a no', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('button:focus', { hasText: 'Start …' }).waitFor();
  expect(fixture.changes).toEqual([]);
});

it('says why a plan stopped', async () => {
  const reason = 'Partner Center has been paused for 60 s: outage';
  fixture.answer(`GET /api/plans/${plan.plan}`, () => ({ ...plan, state: 'stopped', reason }));
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByText(reason).waitFor();
  await page.getByRole('button', { name: 'Resume' }).waitFor();
});

it.each([
  ['GET /api/dead-letters/groups', { total: 0, groups: [] }, '#/dead-letters', 'There are no dead letters'],
  ['GET /api/dead-letters/groups', { total: 0, groups: [] }, '#/dead-letters?code=X', 'No dead letter is like that.'],
  [
    'GET /api/dead-letters',
    { total: 0, letters: [], next: null },
    '#/dead-letters/letters',
    'No dead letter is like that.',
  ],
  ['GET /api/onboardings', { onboardings: [] }, '#/onboardings', 'Nothing is pending'],
  ['GET /api/onboardings', { onboardings: [] }, '#/onboardings?q=x', 'No onboarding has'],
  ['GET /api/plans', { plans: [] }, '#/plans', 'No replay was planned yet.'],
  ['GET /api/audit', { entries: [], next: null }, '#/audit', 'Nothing was done yet'],
  ['GET /api/nothing', {}, '#/dead-letters/9:9', 'There is no dead letter 9:9.'],
  ['GET /api/nothing', {}, '#/onboardings/x', 'No onboarding has this correlation id.'],
  ['GET /api/nothing', {}, '#/plans/x', 'There is no plan x.'],
])('%s with nothing in it says so at %#', async (call, answer, hash, words) => {
  fixture.answer(call, () => answer);
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${hash}`);
  await page.getByText(words).waitFor();
});
