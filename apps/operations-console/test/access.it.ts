/**
 * Who gets in, and how far: gone through for every address that the console's router knows, so that a new one is in it
 * by itself.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR, type Route, RunningConsole, VIEWER, bearer, codeOf } from './support.js';

let running: RunningConsole;
beforeAll(async () => {
  running = await RunningConsole.start();
});
afterAll(() => running.stop());

const OPEN = ['GET /health/live', 'POST /api/session'];
const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

function closed(): Route[] {
  return running.routes().filter((route) => !OPEN.includes(nameOf(route)));
}

/** Everything but reads and the end of one's own session. */
function changes(): Route[] {
  return closed().filter((route) => route.method !== 'GET' && nameOf(route) !== 'DELETE /api/session');
}

/** What these addresses answer: their names by status and code. */
async function answers(routes: Route[], headers: Record<string, string>): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const route of routes) {
    const response = await running.call(route.method, route.path, headers, route.method === 'GET' ? undefined : {});
    (found[`${response.status} ${await codeOf(response)}`] ??= []).push(nameOf(route));
  }
  return found;
}

describe('every address', () => {
  it('but the two open ones refuses a stranger', async () => {
    const names = closed().map(nameOf);
    expect(names).toContain('GET /api/overview');
    const strangers = [{}, bearer('wrong'), { cookie: 'console_session=operator.9999999999.AAAAAAAAAAAAAAAAAAAAAA.x' }];
    for (const headers of strangers) {
      expect(await answers(closed(), headers)).toEqual({ '401 UNAUTHENTICATED': names });
    }
  });

  it('that changes something refuses a viewer', async () => {
    const names = changes().map(nameOf);
    for (const headers of [bearer(VIEWER), await running.browser(VIEWER)]) {
      expect(await answers(changes(), headers)).toEqual(names.length === 0 ? {} : { '403 FORBIDDEN': names });
    }
  });

  it('refuses what a page of another site has a browser send', async () => {
    const { cookie = '', ...own } = await running.browser(OPERATOR);
    const notGet = closed().filter(({ method }) => method !== 'GET');
    const names = notGet.map(nameOf);
    const foreign = [{}, { origin: 'http://evil.example', 'x-console-request': '1' }, { origin: own['origin'] ?? '' }];
    for (const headers of foreign) {
      expect(await answers(notGet, { cookie, ...headers })).toEqual({ '403 CROSS_SITE': names });
    }
    expect(await answers(closed(), { cookie, ...own, 'sec-fetch-site': 'cross-site' })).toEqual({
      '403 CROSS_SITE': closed().map(nameOf),
    });
  });

  it('tells browsers to run nothing but our scripts, to keep nothing and to show it in no frame', async () => {
    for (const { method, path } of running.routes()) {
      const { headers } = await running.call(method, path, bearer(VIEWER));
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none';script-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });
});

describe('an address that is none', () => {
  it('tells a stranger as little as any other', async () => {
    for (const path of ['/api/nothing', '/nothing', '/api', '/.env', '/api/overview/x']) {
      expect((await running.call('GET', path)).status).toBe(401);
    }
  });

  it('is not found by those who may look, and is not repeated to them', async () => {
    const response = await running.call('GET', '/api/<script>', bearer(VIEWER));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { code: 'NOT_FOUND', message: 'there is nothing at this address' },
    });
  });
});

describe('a login', () => {
  it('tells the role and hands out a cookie that no script reads and no other site sends', async () => {
    const response = await running.call('POST', '/api/session', {}, { token: OPERATOR });
    expect(await response.json()).toEqual({ role: 'operator' });
    expect(response.headers.get('set-cookie')).toMatch(
      /^console_session=operator\.[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const overTls = await running.call('POST', '/api/session', { 'x-forwarded-proto': 'https' }, { token: OPERATOR });
    expect(overTls.headers.get('set-cookie')).toContain('; Secure');
  });

  it('lasts until it is ended', async () => {
    const browser = await running.browser(VIEWER);
    expect(await (await running.call('GET', '/api/session', browser)).json()).toEqual({ role: 'viewer' });
    const ended = await running.call('DELETE', '/api/session', browser);
    expect([ended.status, ended.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await running.call('GET', '/api/session', browser)).status).toBe(401);
  });

  it('with a wrong token is refused', async () => {
    const response = await running.call('POST', '/api/session', {}, { token: `${OPERATOR}x` });
    expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null]);
  });

  it.each(['', '{}', '{"token":1}', '{"token":["a"]}', '[]', '"text"', '{"token":', 'null', '{"token":"a"}}'])(
    'of another form is refused: %s',
    async (body) => {
      const response = await running.call('POST', '/api/session', {}, body);
      expect([response.status, await codeOf(response)]).toEqual([400, 'USAGE']);
    },
  );

  it('that is larger than any is not read', async () => {
    const response = await running.call('POST', '/api/session', {}, { token: 'x'.repeat(300_000) });
    expect([response.status, await codeOf(response)]).toEqual([413, 'TOO_LARGE']);
  });
});

it('shows that it is alive to everybody', async () => {
  const response = await running.call('GET', '/health/live');
  expect([response.status, await response.json()]).toEqual([200, { status: 'live' }]);
});
