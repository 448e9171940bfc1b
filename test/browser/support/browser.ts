import { existsSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, chromium } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env['CHROMIUM'], ...PLACES].find((path) => path !== undefined && existsSync(path));
const PICTURES = join(import.meta.dirname, '../../../docs/screenshots');

const USUAL = { timezoneId: 'Europe/Berlin', locale: 'en-GB', viewport: { width: 1_280, height: 900 } };

export interface TestBrowser {
  isThere: boolean;
  open: (options?: BrowserContextOptions) => Promise<Page>;
}

/**
 * One browser for the tests of a file, which are skipped where there is none. After each test it holds that the browser
 * had nothing to complain about: no violation of the policy, no exception, no file that is missing.
 */
export function useBrowser(): TestBrowser {
  const complaints: string[] = [];
  const contexts: BrowserContext[] = [];
  let browser: Browser | undefined;
  beforeAll(async () => {
    // Chromium refuses its sandbox to root, as whom tests run in containers.
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args });
  });
  beforeEach(({ skip }) => skip(!browser, `no Chromium at ${PLACES.join(', ')} or CHROMIUM: apt-get install chromium`));
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    expect(complaints.splice(0)).toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    isThere: executablePath !== undefined,
    open: async (options = {}) => {
      if (!browser) throw new Error('there is no browser');
      const context = await browser.newContext({ ...USUAL, ...options });
      contexts.push(context);
      const page = await context.newPage();
      noteComplaints(page, complaints);
      return page;
    },
  };
}

function noteComplaints(page: Page, complaints: string[]): void {
  page.on('console', (message) => {
    // Refusals are part of the API; what the page makes of them is seen on the page.
    const isRefusal = message.text().startsWith('Failed to load resource') && message.location().url.includes('/api/');
    if (['error', 'warning'].includes(message.type()) && !isRefusal) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog said: ${dialog.message()}`);
    void dialog.dismiss();
  });
}

export async function logIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel('Token').fill(token);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
}

/** What WCAG 2.2 A and AA and the scanner's best practices find fault with, and where. */
export async function faultsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>("axe.run(document, { resultTypes: ['violations'] })");
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

/** Pixels by which the document is wider than the screen. */
export function overhang(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** For the documents, when asked: `SCREENSHOTS=yes`. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env['SCREENSHOTS'] === undefined) return;
  await page.screenshot({ path: join(PICTURES, `${name}.png`), animations: 'disabled' });
}
