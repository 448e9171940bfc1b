import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, SystemClock } from './clock.js';
import { control, controlReply } from './control/control.js';
import { plain } from './api/answer.js';
import { send } from './faults/deliver.js';
import { errorBody } from './api/error-body.js';
import { type Arrival, readBody, toCall } from './intake.js';
import { Listener } from './listener.js';
import { targetOf } from './operation.js';
import { Outage, type OutageOrder } from './faults/outage.js';
import { serve } from './service.js';
import { wasSevered } from './faults/sever.js';
import { initialSettings, type Settings } from './settings.js';
import type { TokenIssuer } from './api/tokens.js';
import { World } from './world.js';

export interface SimulatorOptions {
  /** 0 takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** A second port for the control API alone; it stays open while an outage keeps the first one closed. */
  readonly controlPort?: number;
  /** How many calls the journal keeps, 200,000 by default. */
  readonly journalLimit?: number;
  /** All time comes from here: windows, expiry, delays, latencies, journal. The machine's by default. */
  readonly clock?: Clock;
  /** Settings to start with and to go back to at a reset; `seed` is one of them. Wrong ones are thrown back. */
  readonly settings?: Partial<Settings>;
}

export interface RunningSimulator {
  readonly port: number;
  readonly url: string;
  readonly controlUrl: string;
  /**
   * One call of the control API without HTTP: `control('PATCH', 'settings', { bom: 'none' })` resolves to the body of
   * the answer, and rejects with the answer's `error` when it is none of 2xx.
   */
  control(method: string, path: string, body?: object): Promise<unknown>;
  close(): Promise<void>;
}

/** Starts a simulator of its own, with its own book; rejects when the port is taken. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<RunningSimulator> {
  const simulator = new Simulator(options);
  const { port, controlPort } = await simulator.open();
  const host = options.host && options.host !== '0.0.0.0' ? options.host : '127.0.0.1';
  return {
    port,
    url: `http://${host}:${port}`,
    controlUrl: `http://${host}:${controlPort ?? port}/control`,
    control: (method, path, body) => simulator.control(method, path, body),
    close: () => simulator.close(),
  };
}

/** One service with its port, its world and its outages. The control API is reached through it. */
class Simulator {
  readonly clock: Clock;
  readonly outage: Outage;
  readonly startedAt = performance.now();
  readonly #journalLimit: number;
  readonly #settings: Partial<Settings>;
  readonly #main: Listener;
  readonly #control: Listener | undefined;
  readonly #controlSockets = new WeakSet<Socket>();
  #world: World;
  #cancelReopening: () => void = () => undefined;

  constructor(options: SimulatorOptions) {
    const { port = 4010, host = '127.0.0.1', controlPort, journalLimit = 200_000 } = options;
    this.clock = options.clock ?? new SystemClock();
    this.#settings = options.settings ?? {};
    this.outage = new Outage(this.clock);
    this.#journalLimit = journalLimit;
    this.#world = this.#newWorld();
    const handler = (req: IncomingMessage, res: ServerResponse) => {
      this.#handle(req, res).catch((error: unknown) => reportBug(error, res));
    };
    this.#main = new Listener(host, port, handler);
    this.#control = controlPort === undefined ? undefined : new Listener(host, controlPort, handler);
  }

  get world(): World {
    return this.#world;
  }

  initialSettings(): Settings {
    return initialSettings(this.#settings);
  }

  get hasControlPort(): boolean {
    return this.#control !== undefined;
  }

  async open(): Promise<{ port: number; controlPort: number | undefined }> {
    return { port: await this.#main.open(), controlPort: await this.#control?.open() };
  }

  async close(): Promise<void> {
    this.#cancelReopening();
    await Promise.all([this.#main.close(), this.#control?.close()]);
  }

  /** Forgets everything; tokens stay valid unless `tokens`, so that a running client sees no 401 that nobody ordered. */
  async reset(tokens: boolean): Promise<void> {
    await this.endOutage();
    this.#world = this.#newWorld(tokens ? undefined : this.#world.tokens);
  }

  beginOutage(order: OutageOrder): void {
    this.#cancelReopening();
    this.outage.begin(order);
    if (order.mode === 'refuse') {
      this.#main.closePort();
      if (order.until !== Infinity)
        this.#cancelReopening = this.clock.after(order.until - this.clock.now(), () => void this.endOutage());
    }
    if (order.cutsCallsUnderWay) this.#main.resetConnections((socket) => this.#controlSockets.has(socket));
  }

  async endOutage(): Promise<void> {
    this.#cancelReopening();
    await this.#main.open();
    this.outage.end();
  }

  async control(method: string, path: string, body: object = {}): Promise<unknown> {
    const [name = '', query = ''] = path.split('?');
    const request = { method, path: `/${name}`, query, body: Buffer.from(JSON.stringify(body)) };
    const reply = await controlReply(this, request);
    if (reply.status >= 300) throw new Error(String((reply.body as { error?: unknown }).error));
    return JSON.parse(JSON.stringify(reply.body)) as unknown;
  }

  #newWorld(tokens?: TokenIssuer): World {
    return new World(this.clock, this.initialSettings(), this.#journalLimit, tokens);
  }

  async #handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.on('error', () => res.destroy());
    const url = req.url ?? '/';
    const mark = url.indexOf('?');
    const path = mark < 0 ? url : url.slice(0, mark);
    const query = mark < 0 ? '' : url.slice(mark + 1);
    if (path.startsWith('/control/')) {
      this.#controlSockets.add(req.socket);
      return control(this, req, res, { path: path.slice('/control'.length), query });
    }
    this.#controlSockets.delete(req.socket);
    const target = targetOf(req.method ?? '', path);
    const entry = this.#world.journal.begin(target.operation, req.method ?? '', url);
    await this.#receive({ world: this.#world, req, res, entry, target, path, query });
  }

  async #receive(arrival: Arrival): Promise<void> {
    const { req, res } = arrival;
    res.once('close', () => endEntry(arrival));
    const body = await readBody(req);
    const call = toCall(arrival, body ?? Buffer.alloc(0));
    if (!body) return this.#refuseBody(call);
    if (this.outage.strikes(call)) return;
    await serve(call);
  }

  #refuseBody(call: Parameters<typeof send>[0]): void {
    const { body, contentType } = errorBody('A', { status: 413, code: 413, description: 'The body is too large.' });
    send(call, plain(413, body, contentType, ['Connection', 'close']));
  }
}

/** A connection that this side cut without a fault of its own was cut by an outage that began meanwhile. */
function endEntry({ world, entry, req, res }: Arrival): void {
  const isSevered = wasSevered(req.socket);
  if (isSevered) entry.fault ??= { id: 'outage', kind: 'reset', when: 'after' };
  world.journal.end(entry, !isSevered && !res.writableFinished);
}

/** A mistake of the simulator itself must be seen, and must not look like a fault of the service. */
function reportBug(error: unknown, res: ServerResponse): void {
  process.stderr.write(`The simulator failed: ${error instanceof Error ? error.stack : String(error)}\n`);
  res.destroy();
}
