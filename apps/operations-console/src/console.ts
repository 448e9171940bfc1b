import type { IncomingMessage, ServerResponse } from 'node:http';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { NestLogger } from '#observability';
import type { Access } from './access/access.js';
import type { AdmittedRequest } from './access/caller.js';
import { ConsoleModule, type ConsoleParts } from './console.module.js';
import type { PageFiles } from './http/page-files.js';
import { securityHeaders } from './http/security-headers.js';

const MAX_BODY_BYTES = 256 * 1024;
const MAX_HEADERS_MS = 10_000;
const MAX_REQUEST_MS = 30_000;

/**
 * The console's HTTP application, not yet listening. The order of the steps is what keeps it safe: headers for every
 * answer, the page's files, then who is it; only what was let in is read and routed.
 */
export async function createConsole(parts: ConsoleParts & { page: PageFiles }): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(ConsoleModule.with(parts), {
    bufferLogs: true,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(NestLogger));
  app.use(securityHeaders());
  app.use(servePage(parts.page));
  app.use(letIn(parts.access));
  app.useBodyParser('json', { limit: MAX_BODY_BYTES, strict: true });
  const server = app.getHttpServer();
  server.headersTimeout = MAX_HEADERS_MS;
  server.requestTimeout = MAX_REQUEST_MS;
  return app;
}

type Next = (error?: unknown) => void;

function servePage(page: PageFiles) {
  return (request: IncomingMessage, response: ServerResponse, next: Next): void => {
    if (!page.answer(request, response)) next();
  };
}

function letIn(access: Access) {
  return (request: AdmittedRequest, response: ServerResponse, next: Next): void => {
    response.setHeader('cache-control', 'no-store');
    try {
      const role = access.admit(request);
      if (role !== null) request.role = role;
      next();
    } catch (refusal) {
      next(refusal);
    }
  };
}
