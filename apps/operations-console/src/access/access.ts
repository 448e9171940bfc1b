import type { IncomingMessage } from 'node:http';
import { parseCookie } from 'cookie';
import type { Logger } from '#observability';
import { Refusal } from '../http/refusal.js';
import { FailedAttempts } from './failed-attempts.js';
import { Sessions } from './sessions.js';
import { type Role, type TokenSettings, Tokens } from './tokens.js';

export const SESSION_COOKIE = 'console_session';
/** A page of ours sends it with every change; a form or picture of another site cannot. */
const OWN_REQUEST_HEADER = 'x-console-request';
const BEARER = /^Bearer ([!-~]{1,4096})$/i;

/**
 * Who may do what. Everything that is not listed here as open needs a session or a token, whether there is such an
 * address or not; everything that is not a mere read needs the operator.
 */
export class Access {
  private readonly tokens: Tokens;
  private readonly sessions: Sessions;
  private readonly failed: FailedAttempts;

  constructor(
    tokens: TokenSettings,
    nowMs: () => number,
    private readonly log: Logger,
  ) {
    this.tokens = new Tokens(tokens);
    this.sessions = new Sessions(tokens, nowMs);
    this.failed = new FailedAttempts(nowMs);
  }

  /** The role in which the request may go on, null for an open address; throws a Refusal. */
  admit(request: IncomingMessage): Role | null {
    const path = pathOf(request);
    const call = `${request.method ?? ''} ${path}`;
    if (isRead(request) && path === '/health/live') return null;
    if (call === 'POST /api/session') {
      refuseForeignOrigin(request);
      return null;
    }
    const role = this.roleByToken(request) ?? this.roleBySession(request);
    if (role === null) throw new Refusal('UNAUTHENTICATED', 'log in, or send a token: Authorization: Bearer <token>');
    if (role !== 'operator' && !isRead(request) && call !== 'DELETE /api/session') {
      throw new Refusal('FORBIDDEN', 'a viewer may look only: this needs the operator token');
    }
    return role;
  }

  /** The role of a token; throws a Refusal when it is not known, or when its sender has to wait. */
  roleOf(token: string, request: IncomingMessage): Role {
    const address = request.socket.remoteAddress ?? '';
    if (!this.failed.mayTry(address)) {
      throw new Refusal('TOO_MANY_ATTEMPTS', 'too many wrong tokens came from your address; wait a second');
    }
    const role = this.tokens.roleOf(token);
    if (role !== null) return role;
    this.failed.note(address);
    this.log.warn({}, 'a token that is not known was sent');
    throw new Refusal('UNAUTHENTICATED', 'this token is not known');
  }

  beginSession(role: Role): string {
    return this.sessions.begin(role);
  }

  endSession(request: IncomingMessage): void {
    this.sessions.end(sessionOf(request) ?? '');
  }

  private roleByToken(request: IncomingMessage): Role | null {
    const { authorization } = request.headers;
    if (authorization === undefined) return null;
    return this.roleOf(BEARER.exec(authorization)?.[1] ?? '', request);
  }

  /** Only a browser's session can be used by another site's page, and only it is checked for that. */
  private roleBySession(request: IncomingMessage): Role | null {
    const session = sessionOf(request);
    const role = session === null ? null : this.sessions.roleOf(session);
    if (role === null) return null;
    refuseForeignOrigin(request);
    if (isRead(request)) return role;
    const isOwn = request.headers[OWN_REQUEST_HEADER] === '1' && request.headers.origin !== undefined;
    if (!isOwn) throw new Refusal('CROSS_SITE', `a change needs the headers Origin and ${OWN_REQUEST_HEADER}: 1`);
    return role;
  }
}

/** The scheme is not compared: TLS may end before us. */
function refuseForeignOrigin({ headers }: IncomingMessage): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isForeignOrigin = origin !== undefined && URL.parse(origin)?.host !== host;
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeignOrigin || isForeignSite)
    throw new Refusal('CROSS_SITE', 'the request comes from a page of another site');
}

function isRead({ method }: IncomingMessage): boolean {
  return method === 'GET' || method === 'HEAD';
}

function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function sessionOf({ headers }: IncomingMessage): string | null {
  return parseCookie(headers.cookie ?? '')[SESSION_COOKIE] ?? null;
}
