import { type NodeProcess, type OnboardingSystem, eventually, freePort, spawnNode } from '#testing';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/apps/operations-console/src/main.js');
export const OPERATOR = 'the-token-of-the-operators';
export const VIEWER = 'the-token-of-the-viewers';

export interface ConsoleAnswer {
  status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as the JSON it is: a wrong path fails the test
  document: Record<string, any>;
}

/** The built console as `npm run console` starts it, on the parts of a system. */
export class ConsoleProcess {
  private constructor(
    private readonly process: NodeProcess,
    readonly url: string,
  ) {}

  static async start({ settings }: OnboardingSystem): Promise<ConsoleProcess> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const tokens = { CONSOLE_TOKEN: OPERATOR, CONSOLE_VIEWER_TOKEN: VIEWER };
    const process = await spawnNode(MAIN, { ...settings, CONSOLE_PORT: String(port), ...tokens });
    const isUp = async (): Promise<boolean> => {
      if (process.hasExited) throw new Error(`the console ended: ${process.stdout}${process.stderr}`);
      return (await fetch(`${url}/health/live`)).ok;
    };
    await eventually(isUp, { what: 'the console to be up', timeoutMs: 60_000 });
    return new ConsoleProcess(process, url);
  }

  /** One call of the JSON API; an operator's unless other headers are given. */
  async ask(method: string, path: string, body?: unknown, headers = bearer(OPERATOR)): Promise<ConsoleAnswer> {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, { method, headers: { ...type, ...headers }, ...content });
    return { status: response.status, document: (await response.json()) as Record<string, unknown> };
  }

  /** The cookie of a browser in which an operator is logged in. */
  async logIn(): Promise<string> {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ token: OPERATOR });
    const response = await fetch(`${this.url}/api/session`, { method: 'POST', headers, body });
    return response.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}

export function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}
