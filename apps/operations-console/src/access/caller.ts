import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import type { Role } from './tokens.js';

/** A request that was let in; the role of everything but the login. */
export interface AdmittedRequest extends IncomingMessage {
  role?: Role;
}

/** The role in which a request was let in. */
export const Caller = createParamDecorator((_data: unknown, context: ExecutionContext): Role => {
  const { role } = context.switchToHttp().getRequest<AdmittedRequest>();
  if (role === undefined) throw new Error('the request was not let in by anybody');
  return role;
});
