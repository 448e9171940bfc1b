import type { ServerResponse } from 'node:http';
import { PartnerCenterClient, type PartnerCenterOptions } from '../src/index.js';
import { clientOptions } from './builders.js';
import { sendJson, startHttpServer, type SeenRequest } from './local-server.js';

export type ApiAnswer = (request: SeenRequest, response: ServerResponse, nth: number) => void;

export const IDS = {
  requestId: '11111111-1111-5111-8111-111111111111',
  correlationId: 'abcdefab-2222-4222-8222-222222222222',
};
export const CALL = { ids: IDS, mayStart: () => true };

/** For a spec whose tests call a client against a local server of their own; all are closed after each test. */
export function clientsOfTests(afterEach: (cleanUp: () => Promise<void>) => void) {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** Tokens are numbered: `token-1`, `token-2`, …; `api` answers everything else and counts its own requests. */
  return async function start(api: ApiAnswer, options: Partial<PartnerCenterOptions> = {}) {
    let tokens = 0;
    let calls = 0;
    const server = await startHttpServer((request, response) => {
      if (!request.url.endsWith('/token')) api(request, response, ++calls);
      else sendJson(response, 200, { token_type: 'Bearer', expires_in: '3599', access_token: `token-${++tokens}` });
    });
    const client = new PartnerCenterClient(clientOptions(server.url, options));
    cleanups.push(server.close, () => client.close());
    const seen = () => server.seen.filter((request) => !request.url.endsWith('/token'));
    return { client, seen, tokens: () => tokens };
  };
}

/** As the service sends what succeeded: compact JSON after a byte order mark (reference 1.7). */
export function sendWithBom(response: ServerResponse, status: number, value: unknown): void {
  sendJson(response, status, `\ufeff${JSON.stringify(value)}`);
}
