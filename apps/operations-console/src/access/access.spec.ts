import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createLogger } from '#observability';
import { Access } from './access.js';

const TOKENS = { operator: 'operator-token', viewer: 'viewer-token' };
const access = new Access(TOKENS, Date.now, createLogger({ level: 'silent' }));
const HOST = 'console.example:3100';
const OWN = { origin: `https://${HOST}`, 'x-console-request': '1' };

let callers = 0;

/** Each call comes from an address of its own: none has to wait for the failures of another. */
function admit(method: string, url: string, headers: Record<string, string> = {}): string | null {
  callers += 1;
  const socket = { remoteAddress: `caller ${callers}` };
  try {
    return access.admit({ method, url, headers: { host: HOST, ...headers }, socket } as unknown as IncomingMessage);
  } catch (refusal) {
    return (refusal as { code: string }).code;
  }
}

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const cookie = (role: 'operator' | 'viewer'): Record<string, string> => ({
  cookie: `other=1; console_session=${access.beginSession(role)}`,
});

describe('a stranger', () => {
  it('reaches the life sign and the login only', () => {
    expect(admit('GET', '/health/live')).toBeNull();
    expect(admit('HEAD', '/health/live')).toBeNull();
    expect(admit('POST', '/api/session')).toBeNull();
    expect(admit('POST', '/api/session?x')).toBeNull();
  });

  it.each([
    '/',
    '/api',
    '/api/session',
    '/api/plans',
    '/API/SESSION',
    '//api/session',
    '/api/session/',
    '/health/live/x',
    '*',
  ])('is refused at %s', (url) => {
    const methods = url === '/api/session' ? ['GET', 'DELETE'] : ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'];
    for (const method of methods) expect(admit(method, url)).toBe('UNAUTHENTICATED');
  });

  it.each(['Bearer wrong', 'Bearer ', 'Basic b3BlcmF0b3ItdG9rZW4=', 'operator-token', 'Bearer operator-token x'])(
    'gets nowhere with authorization: %s',
    (authorization) => {
      expect(admit('GET', '/api/plans', { authorization })).toBe('UNAUTHENTICATED');
    },
  );

  it('gets nowhere with a wrong token beside a good session', () => {
    expect(admit('GET', '/api/plans', { ...bearer('wrong'), ...cookie('operator') })).toBe('UNAUTHENTICATED');
  });
});

describe('a viewer', () => {
  it('may look, and log out', () => {
    expect(admit('GET', '/api/plans', bearer('viewer-token'))).toBe('viewer');
    expect(admit('DELETE', '/api/session', { ...cookie('viewer'), ...OWN })).toBe('viewer');
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('may not %s', (method) => {
    expect(admit(method, '/api/plans', bearer('viewer-token'))).toBe('FORBIDDEN');
    expect(admit(method, '/api/plans', { ...cookie('viewer'), ...OWN })).toBe('FORBIDDEN');
  });
});

describe('a session', () => {
  it('changes things from a page of the console only', () => {
    const session = cookie('operator');
    expect(admit('POST', '/api/plans', { ...session, ...OWN })).toBe('operator');
    const foreign = [
      {},
      { origin: OWN.origin },
      { 'x-console-request': '1' },
      { ...OWN, origin: 'https://evil.example' },
      { ...OWN, origin: 'null' },
      { ...OWN, origin: `https://${HOST}.evil.example` },
      { ...OWN, 'x-console-request': '0' },
      { ...OWN, 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) expect(admit('POST', '/api/plans', { ...session, ...headers })).toBe('CROSS_SITE');
  });

  it('is not shown anything on behalf of another site', () => {
    expect(admit('GET', '/api/plans', { ...cookie('viewer'), 'sec-fetch-site': 'same-origin' })).toBe('viewer');
    expect(admit('GET', '/api/plans', { ...cookie('viewer'), 'sec-fetch-site': 'none' })).toBe('viewer');
    for (const site of ['same-site', 'cross-site']) {
      expect(admit('GET', '/api/plans', { ...cookie('viewer'), 'sec-fetch-site': site })).toBe('CROSS_SITE');
    }
  });
});

it('lets no other site log anybody in', () => {
  expect(admit('POST', '/api/session', { origin: 'https://evil.example' })).toBe('CROSS_SITE');
});

it('does not look at tokens while an address failed too often, sessions still count', () => {
  const socket = { remoteAddress: '10.0.0.1' };
  const tryWith = (headers: Record<string, string>): unknown => {
    try {
      return access.admit({ method: 'GET', url: '/api/plans', headers, socket } as unknown as IncomingMessage);
    } catch (refusal) {
      return (refusal as { code: string }).code;
    }
  };
  const guesses = Array.from({ length: 12 }, (_, n) => tryWith(bearer(`guess-${n}`)));
  expect(guesses.slice(0, 10)).toEqual(Array(10).fill('UNAUTHENTICATED'));
  expect(guesses.slice(11)).toEqual(['TOO_MANY_ATTEMPTS']);
  expect(tryWith(bearer('operator-token'))).toBe('TOO_MANY_ATTEMPTS');
  expect(tryWith(cookie('operator'))).toBe('operator');
});
