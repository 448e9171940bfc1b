import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { Plan } from '../../../apps/operations-console/page/src/documents.js';
import * as documents from './fixture-documents.js';

const PAGE = join(import.meta.dirname, '../../../dist/apps/operations-console/page');
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As strict as the console's own. */
const POLICY = [
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'",
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "require-trusted-types-for 'script'; trusted-types 'none'",
].join('; ');

/** An answer that is no 200. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Call {
  query: URLSearchParams;
  body: Record<string, unknown>;
}

type Answer = (call: Call) => unknown;

/** A console for all tests of a file; each finds its answers as usual. */
export function useFixtureConsole(): FixtureConsole {
  const fixture = new FixtureConsole();
  beforeAll(() => fixture.start());
  beforeEach(() => fixture.reset());
  afterAll(() => fixture.stop());
  return fixture;
}

/**
 * The built page on a server whose answers a test chooses: states that the real system shows rarely or late (an outage,
 * hostile letters, a session that ends, an empty ledger) are one line each. Journeys run on the real console.
 */
class FixtureConsole {
  /** Changes that were asked for: `POST /api/plans` and the body. */
  readonly changes: { call: string; body: Record<string, unknown> }[] = [];
  private plan: Plan = { ...documents.plan };
  private readonly answers = this.usualAnswers();
  private readonly server = createServer((request, response) => void this.handle(request, response));

  start(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Logs in without the form. */
  async enter(page: Page, role: 'operator' | 'viewer' = 'operator'): Promise<void> {
    await page.context().addCookies([{ name: 'role', value: role, url: this.url, httpOnly: true, sameSite: 'Strict' }]);
  }

  /**
   * `call` is a method and a path: `GET /api/overview`. A thrown Refusal is answered as such; what is a promise, when it
   * has come true.
   */
  answer(call: string, answer: Answer): void {
    this.answers[call] = answer;
  }

  /** Forgets what a test chose, planned and changed. */
  reset(): void {
    for (const call of Object.keys(this.answers)) this.answers[call] = notFound;
    Object.assign(this.answers, this.usualAnswers());
    this.plan = { ...documents.plan };
    this.changes.length = 0;
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private usualAnswers(): Record<string, Answer> {
    const path = `/api/plans/${this.plan.plan}`;
    const move = (change: Partial<Plan>) => () => (this.plan = { ...this.plan, ...change });
    return {
      'GET /api/overview': () => documents.overview,
      'GET /api/onboardings': () => ({ onboardings: documents.onboardings }),
      [`GET /api/onboardings/${documents.onboarding.correlationId}`]: () => documents.onboarding,
      'GET /api/dead-letters/groups': () => ({ total: 530, groups: documents.groups }),
      'GET /api/dead-letters': ({ query }) => lettersAfter(query.get('after')),
      'GET /api/dead-letters/3:17': ({ query }) => (query.has('reveal') ? documents.revealed : documents.letterInFull),
      'POST /api/edit/preview': () => ({
        diff: [{ path: 'billingProfile.defaultAddress.postalCode', old: '"•••"', new: '"•••"' }],
        verdict: { ok: true, code: null, fields: [], message: 'valid' },
      }),
      'POST /api/plans': () => this.plan,
      'GET /api/plans': () => ({ plans: [this.plan] }),
      [`GET ${path}`]: () => (this.plan = oneStepOn(this.plan)),
      [`GET ${path}/letters`]: () => ({ letters: documents.planLetters, next: null }),
      [`POST ${path}/start`]: move({ state: 'running' }),
      [`POST ${path}/pause`]: move({ state: 'paused' }),
      [`POST ${path}/resume`]: move({ state: 'running' }),
      [`POST ${path}/abort`]: move({ state: 'aborted' }),
      'GET /api/audit': () => ({ entries: documents.audit, next: null }),
    };
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    response.setHeader('content-security-policy', POLICY);
    if (!pathname.startsWith('/api/')) return sendFile(pathname, response);
    const body = JSON.parse((await textOf(request)) || '{}') as Record<string, unknown>;
    const call = `${request.method} ${decodeURIComponent(pathname)}`;
    try {
      const answer =
        pathname === '/api/session' ? sessionOf(request, body, response) : roleOf(request) && this.answers[call];
      if (request.method !== 'GET') this.changes.push({ call, body });
      sendJson(
        response,
        200,
        typeof answer === 'function' ? await answer({ query: searchParams, body }) : answer || notFound(),
      );
    } catch (error) {
      const { status, code, message } = error instanceof Refusal ? error : new Refusal(500, 'FIXTURE', String(error));
      sendJson(response, status, { error: { code, message } });
    }
  }
}

function sessionOf(request: IncomingMessage, body: Record<string, unknown>, response: ServerResponse): unknown {
  if (request.method === 'GET') return { role: roleOf(request) };
  if (request.headers['x-console-request'] !== '1') throw new Refusal(403, 'CROSS_SITE', 'a header is missing');
  const isKnown = body['token'] === 'operator' || body['token'] === 'viewer';
  if (request.method === 'POST' && !isKnown) throw new Refusal(401, 'UNAUTHENTICATED', 'the token is not known');
  const role = request.method === 'POST' ? String(body['token']) : 'nobody';
  response.setHeader('set-cookie', `role=${role}; HttpOnly; SameSite=Strict; Path=/`);
  return { role };
}

function roleOf(request: IncomingMessage): string {
  const role = /role=(operator|viewer)/.exec(request.headers.cookie ?? '')?.[1];
  if (!role) throw new Refusal(401, 'UNAUTHENTICATED', 'log in first');
  return role;
}

function notFound(): never {
  throw new Refusal(404, 'NOT_FOUND', 'there is no such thing');
}

/** Two pages of letters. */
function lettersAfter(after: string | null): unknown {
  const first = after === null ? 17 : 37;
  const letters = Array.from({ length: 20 }, (_, n) => documents.letter(first + n));
  return { total: 40, letters, next: after === null ? '3:36' : null };
}

/** A running plan ends a quarter of its letters whenever it is looked at. */
function oneStepOn(plan: Plan): Plan {
  if (plan.state !== 'running') return plan;
  const step = Math.min(9, plan.waiting);
  const failed = Math.min(5, plan.failed + 2);
  const sent = plan.sent + step;
  const announced = Math.min(2, sent);
  const created = sent - announced - failed;
  const state = plan.waiting === step ? 'done' : 'running';
  return {
    ...plan,
    state,
    waiting: plan.waiting - step,
    sent,
    created,
    announced,
    failed,
    asForecast: plan.nothing + sent,
  };
}

async function sendFile(pathname: string, response: ServerResponse): Promise<void> {
  const name = pathname === '/' ? 'index.html' : pathname.slice(1);
  try {
    const content = await readFile(join(PAGE, name));
    response.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}
