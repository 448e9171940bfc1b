import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Post, Req, Res } from '@nestjs/common';
import { stringifySetCookie } from 'cookie';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '../http/refusal.js';
import { Access, SESSION_COOKIE } from './access.js';
import { Caller } from './caller.js';
import { SESSION_MAX_SECONDS } from './sessions.js';
import type { Role } from './tokens.js';

/** Log in with a token, ask who one is, log out. */
@Controller('api/session')
export class SessionController {
  constructor(private readonly access: Access) {}

  @Post()
  @HttpCode(HttpStatus.OK)
  begin(
    @Body() body: unknown,
    @Req() request: IncomingMessage,
    @Res({ passthrough: true }) response: ServerResponse,
  ): { role: Role } {
    const role = this.access.roleOf(tokenIn(body), request);
    setCookie(request, response, this.access.beginSession(role), SESSION_MAX_SECONDS);
    return { role };
  }

  @Get()
  tell(@Caller() role: Role): { role: Role } {
    return { role };
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  end(@Req() request: IncomingMessage, @Res({ passthrough: true }) response: ServerResponse): void {
    this.access.endSession(request);
    setCookie(request, response, '', 0);
  }
}

function tokenIn(body: unknown): string {
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : undefined;
  if (typeof token === 'string') return token;
  throw new Refusal('USAGE', 'the body must be {"token":"…"}');
}

/** Whoever claims that TLS ended before us only narrows their own cookie. */
function setCookie(request: IncomingMessage, response: ServerResponse, value: string, maxAge: number): void {
  const secure = request.headers['x-forwarded-proto'] === 'https';
  const cookie = {
    name: SESSION_COOKIE,
    value,
    maxAge,
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
  } as const;
  response.setHeader('set-cookie', stringifySetCookie(cookie));
}
