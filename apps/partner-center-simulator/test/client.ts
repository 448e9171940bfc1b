import { randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';
import { startSimulator, type RunningSimulator, type SimulatorOptions } from '../src/simulator.js';

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly bytes: Buffer;
  /** The body as JSON without its byte order mark; undefined when it is none. */
  readonly json: any; // eslint-disable-line @typescript-eslint/no-explicit-any
}

export interface CallOptions {
  readonly requestId?: string;
  readonly correlationId?: string;
  readonly token?: string | null;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A simulator of its own on a free port, and a caller that talks HTTP to it and to nothing inside it. */
export class TestClient {
  readonly #agent = new Agent({ connections: 50, pipelining: 1 });
  #token = '';

  private constructor(readonly simulator: RunningSimulator) {}

  static async start(options: SimulatorOptions = {}): Promise<TestClient> {
    const client = new TestClient(await startSimulator({ port: 0, ...options }));
    client.#token = (await client.fetchToken()).json.access_token;
    return client;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
    await this.simulator.close();
  }

  async reset(): Promise<void> {
    await this.control('POST', 'reset');
  }

  fetchToken(form: Record<string, string> = {}, path = '/t1/oauth2/token'): Promise<Reply> {
    const standard = {
      grant_type: 'client_credentials',
      client_id: 'app',
      client_secret: 'secret',
      resource: 'https://api',
    };
    return this.send('POST', path, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...standard, ...form }).toString(),
      token: null,
    });
  }

  async appUserToken(): Promise<string> {
    return (await this.fetchToken({ grant_type: 'refresh_token', refresh_token: 'r1' })).json.access_token;
  }

  create(body: unknown, options: CallOptions = {}): Promise<Reply> {
    const requestId = options.requestId ?? randomUUID();
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.send('POST', '/v1/customers', { ...options, requestId, body: text });
  }

  get(path: string, options: CallOptions = {}): Promise<Reply> {
    return this.send('GET', path, options);
  }

  search(value: string, operator = 'starts_with', field = 'Domain'): Promise<Reply> {
    const filter = encodeURIComponent(JSON.stringify({ Field: field, Value: value, Operator: operator }));
    return this.get(`/v1/customers?size=0&filter=${filter}`);
  }

  control(method: string, path: string, body?: unknown): Promise<Reply> {
    const options = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.#request(method, `${this.simulator.controlUrl}/${path}`, {}, options.body);
  }

  fault(action: Record<string, unknown>, match: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
    return this.control('POST', 'faults', { match, action, ...more });
  }

  async summary(): Promise<any> /* eslint-disable-line @typescript-eslint/no-explicit-any */ {
    return (await this.control('GET', 'summary')).json;
  }

  send(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const headers: Record<string, string> = { 'content-type': 'application/json', ...options.headers };
    const token = options.token === undefined ? this.#token : options.token;
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    if (options.requestId) headers['ms-requestid'] = options.requestId;
    if (options.correlationId) headers['ms-correlationid'] = options.correlationId;
    return this.#request(method, this.simulator.url + path, headers, options.body);
  }

  async #request(method: string, url: string, headers: Record<string, string>, body?: string): Promise<Reply> {
    const options = { method: method as 'GET', headers, dispatcher: this.#agent };
    const reply = await request(url, body === undefined ? options : { ...options, body });
    const bytes = Buffer.from(await reply.body.arrayBuffer());
    return { status: reply.statusCode, headers: reply.headers, bytes, json: jsonOf(bytes) };
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

type Overrides = Record<string, unknown>;
let count = 0;

/** A create body that the service accepts, under a domain of its own. */
export function customerBody(
  parts: { company?: Overrides; billing?: Overrides; address?: Overrides; root?: Overrides } = {},
) {
  return {
    companyProfile: { domain: `bakery${++count}.onmicrosoft.com`, ...parts.company },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      language: 'en',
      companyName: 'North Bakery',
      defaultAddress: {
        country: 'US',
        city: 'Buffalo',
        state: 'NY',
        addressLine1: '123 Main Street',
        postalCode: '14203',
        firstName: 'Gena',
        lastName: 'Ray',
        phoneNumber: '7165550100',
        ...parts.address,
      },
      ...parts.billing,
    },
    ...parts.root,
  };
}

/** Waits for a condition, with a deadline that says what it waited for. */
export async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited 5 s in vain for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
