import { expect, it } from 'vitest';
import { useBrowser } from './support/browser.js';
import { useFixtureConsole } from './support/fixture-console.js';
import { HOSTILE, letterInFull, revealed } from './support/fixture-documents.js';

// Whoever can write to the topic chooses company names, headers, correlation ids. On the page they are text: no element,
// no script, no turned writing direction, and a megabyte does not stop the browser.

const browser = useBrowser();
const fixture = useFixtureConsole();

const LETTER = '#/dead-letters/3:17';
const SPELLED = '</script>\\u202ekcab\\u0000\\u200b';

it('shows markup of payload and headers as it was written', async () => {
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${LETTER}`);
  await page.getByRole('button', { name: 'Show everything' }).click();
  await page.getByText('4 headers').click();

  await page.getByRole('region', { name: 'Payload' }).getByText('onerror').waitFor();
  expect(await page.getByRole('row', { name: 'ce_source' }).textContent()).toContain(SPELLED);
  expect(await page.locator('main img, main script').count()).toBe(0);
  expect(await page.title()).toContain('Dead letter 3:17');
});

it('shows markup that stands in ids, messages, fields, plans and the audit', async () => {
  const letter = { ...letterInFull, correlationId: HOSTILE, message: HOSTILE, fields: [HOSTILE], code: HOSTILE };
  fixture.answer('GET /api/dead-letters', () => ({ total: 1, letters: [letter], next: null }));
  fixture.answer('GET /api/dead-letters/3:17', () => ({ ...letter, history: [{ at: HOSTILE, what: HOSTILE }] }));
  const page = await browser.open();
  await fixture.enter(page);
  for (const hash of ['#/dead-letters/letters', LETTER, '#/onboardings', '#/audit']) {
    await page.goto(`${fixture.url}/${hash}`);
    await page.locator('main').getByText('<script>').first().waitFor();
    expect(await page.locator('main img, main script').count()).toBe(0);
  }
});

it('shows a text of a megabyte piece by piece', async () => {
  fixture.answer('GET /api/dead-letters/3:17', () => ({
    ...revealed,
    payload: null,
    text: '\ufffd'.repeat(1_048_576),
  }));
  const page = await browser.open();
  await fixture.enter(page);
  await page.goto(`${fixture.url}/${LETTER}`);
  const payload = page.getByRole('region', { name: 'Payload' });
  await page.getByText('The first 20,000 of 1,048,576 characters').waitFor();
  expect((await payload.textContent())?.length).toBe(20_000);

  await page.getByRole('button', { name: 'Show more' }).click();
  await page.getByText('The first 70,000 of 1,048,576 characters').waitFor();
  expect((await payload.textContent())?.length).toBe(70_000);
});
