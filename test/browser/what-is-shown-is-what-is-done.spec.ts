import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { useFixtureConsole } from './support/fixture-console.js';
import { overview, plan, planLetters } from './support/fixture-documents.js';

// Somebody narrows down a list, goes back while a question is open, looks on while others act, is quicker than the answers:
// what the page does is always what it shows, and what it shows is not older than what it was told last.

const browser = useBrowser();
const fixture = useFixtureConsole();

const PLAN = `#/plans/${plan.plan}`;
const LETTERS = `GET /api/plans/${plan.plan}/letters`;

/** An answer that comes when it is let go. */
function held<T>(answer: T): { answer: Promise<T>; letGo: () => void } {
  let letGo = (): void => undefined;
  const promise = new Promise<T>((resolve) => (letGo = () => resolve(answer)));
  return { answer: promise, letGo };
}

it('edits of a group those letters only to which the list was narrowed down', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/#/dead-letters?since=2026-03-14T00%3A00%3A00.000Z`);
  await page.getByRole('button', { name: 'Edit and replay of 500 letters' }).click();
  await page.getByText('The change is made to group 9c1185a5c5e9fc54, since 2026').waitFor();
  await page.getByLabel('billingProfile.defaultAddress.postalCode').fill('14203');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('button', { name: 'Plan the edited replay' }).click();
  await page.getByRole('heading', { name: 'Replay plan' }).waitFor();
  const [made] = fixture.changes.filter(({ call }) => call === 'POST /api/plans');
  expect(made?.body['selection']).toEqual({ group: '9c1185a5c5e9fc54', since: '2026-03-14T00:00:00.000Z' });
});

it('takes going back for a no', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/#/plans`);
  await page.getByRole('row').getByRole('link').click();
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByRole('dialog').waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Replay plans' }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  expect(fixture.changes).toEqual([]);
});

it('takes the end of the session for a no', async () => {
  const page = await browser.open();
  await page.clock.install();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByRole('button', { name: 'Start …' }).click();
  await page.getByRole('dialog').waitFor();
  await page.context().clearCookies();
  await page.clock.fastForward(5_000);
  await page.getByText('Your session has ended.').waitFor();
  await page.getByLabel('Token').fill('operator');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Start …' }).waitFor();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

it('notices that somebody else has started the plan', async () => {
  const page = await browser.open();
  await page.clock.install();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByRole('button', { name: 'Start …' }).waitFor();
  fixture.answer(`GET /api/plans/${plan.plan}`, () => ({ ...plan, state: 'running' }));
  await page.clock.fastForward(5_000);
  await page.getByRole('button', { name: 'Pause' }).waitFor();
});

it('shows the newest states of the letters, and all that were asked for, whatever overtakes what', async () => {
  const [first, second] = [planLetters.slice(0, 8), planLetters.slice(8)];
  const pageOf = (after: string | null, state: string): unknown => ({
    letters: (after === null ? first : second).map((letter) => ({ ...letter, state })),
    next: after === null ? 8 : null,
  });
  fixture.answer(LETTERS, ({ query }) => pageOf(query.get('after'), 'sent'));
  const page = await browser.open();
  await page.clock.install();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  const rows = (state: string) => page.getByRole('row').filter({ hasText: state });
  await rows('Sent').nth(7).waitFor();

  const slow = held(pageOf(null, 'created'));
  let asked = 0;
  fixture.answer(LETTERS, ({ query }) => {
    asked += 1;
    return asked === 1 ? slow.answer : pageOf(query.get('after'), 'created');
  });
  fixture.answer(`GET /api/plans/${plan.plan}`, () => ({ ...plan, state: 'done', waiting: 0, sent: 36, created: 36 }));
  const reading = page.waitForRequest((request) => request.url().includes('/letters'));
  await page.clock.fastForward(5_000);
  await reading;
  await page.getByRole('button', { name: 'Show more' }).press('Enter');
  await rows('Created').nth(15).waitFor();
  const overtaken = page.waitForResponse((response) => response.url().endsWith('limit=50'));
  slow.letGo();
  await (await overtaken).finished();
  expect([await rows('Created').count(), await rows('Sent').count()]).toEqual([16, 0]);
});

it('keeps the figures while charts of another time are read', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(fixture.url);
  await page.getByText('6 min 52 s').waitFor();
  const slow = held(overview);
  fixture.answer('GET /api/overview', () => slow.answer);
  await page.getByLabel('Last 24 hours').check();
  await page.getByText('Reading the charts').waitFor();
  expect(await page.getByText('6 min 52 s').isVisible()).toBe(true);
  slow.letGo();
  await page.getByText('Last 24 hours: 2,680 created').waitFor();
});

it('shows what an edit holds when asked only', async () => {
  const patchOf = (email: string): object => ({ ...plan, patch: { billingProfile: { email } } });
  fixture.answer(`GET /api/plans/${plan.plan}`, ({ query }) =>
    patchOf(query.has('reveal') ? 'ops@northbakery.example' : '•••'),
  );
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${PLAN}`);
  await page.getByText('Edited: the patch').click();
  await page.getByText('"email": "•••"').waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByText('"email": "ops@northbakery.example"').waitFor();
  await page.getByText('The audit says that you looked').waitFor();
});
