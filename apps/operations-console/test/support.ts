import type { NestExpressApplication } from '@nestjs/platform-express';
import { Database } from '#ledger';
import { createLogger } from '#observability';
import { startPostgres } from '#testing';
import { Access } from '../src/access/access.js';
import { createConsole } from '../src/console.js';
import { PageFiles } from '../src/http/page-files.js';

export const OPERATOR = 'the-token-of-the-operators';
export const VIEWER = 'the-token-of-the-viewers';

export interface Route {
  method: string;
  path: string;
}

/** A console in this process, on a ledger of its own. */
export class RunningConsole {
  private constructor(
    private readonly app: NestExpressApplication,
    readonly db: Database,
    readonly url: string,
  ) {}

  static async start(pageFolder = '/nowhere'): Promise<RunningConsole> {
    const db = new Database({ url: await (await startPostgres()).createDatabase(), poolMax: 5 });
    await db.migrate();
    const app = await createConsole({
      access: new Access({ operator: OPERATOR, viewer: VIEWER }, unhurried()),
      db,
      requestedTopic: 'requests',
      log: createLogger({ level: 'silent' }),
      page: PageFiles.read(pageFolder),
    });
    await app.listen(0, '127.0.0.1');
    return new RunningConsole(app, db, (await app.getUrl()).replace('[::1]', '127.0.0.1'));
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.db.close();
  }

  call(method: string, path: string, headers: Record<string, string> = {}, body?: unknown): Promise<Response> {
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return fetch(`${this.url}${path}`, { method, headers: { ...type, ...headers }, ...content });
  }

  /** Every address that the router knows, with an example of each parameter. */
  routes(): Route[] {
    const { router } = this.app.getHttpAdapter().getInstance() as unknown as {
      router: { stack: { route?: { path: string; methods: Record<string, boolean> } }[] };
    };
    return router.stack.flatMap(({ route }) => {
      // Nest's own answer to whatever is no address has a pattern.
      if (!route || route.path.includes('*')) return [];
      const path = route.path.replaceAll(/:\w+/g, '0:1');
      return Object.keys(route.methods).map((method) => ({ method: method.toUpperCase(), path }));
    });
  }

  /** The headers of a browser that is logged in, on a page of ours. */
  async browser(token: string): Promise<Record<string, string>> {
    const response = await this.call('POST', '/api/session', {}, { token });
    const cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    return { cookie, origin: this.url, 'x-console-request': '1' };
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

/** A clock on which seconds pass between any two looks: nobody has to wait because others failed. */
function unhurried(): () => number {
  let nowMs = Date.now();
  return () => (nowMs += 1_000);
}
