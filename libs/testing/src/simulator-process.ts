import { eventually } from './eventually.js';
import { freePort } from './free-port.js';
import { type NodeProcess, spawnNode } from './node-process.js';
import { fromRepository } from './repository.js';

export interface SimulatorSummary {
  tenants: number;
  distinctDomains: number;
  surplusTenants: number;
  calls: number;
  creates: number;
  perStatus: Record<string, number>;
  createsPerStatus: Record<string, number>;
}

export interface BookTenant {
  id: string;
  domain: string;
  correlationId: string;
  requestId: string;
  createdAt: number;
}

export interface JournalEntry {
  n: number;
  at: number;
  operation: string;
  requestId: string | null;
  correlationId: string | null;
  domain: string | null;
  /** Of the request body; null without one. */
  bodyHash: string | null;
  status: number | null;
  startedAt: number;
  endedAt: number | null;
}

/** The Partner Center stand-in as a process of its own, driven through its control API (see its README). */
export class SimulatorProcess {
  private constructor(
    readonly process: NodeProcess,
    readonly url: string,
    private readonly controlUrl: string,
  ) {}

  static async start(settings: Record<string, unknown> = {}): Promise<SimulatorProcess> {
    const [port, controlPort] = [await freePort(), await freePort()];
    const env = { PORT: String(port), CONTROL_PORT: String(controlPort) };
    const process = await spawnNode(fromRepository('dist/apps/partner-center-simulator/src/main.js'), env);
    const simulator = new SimulatorProcess(process, `http://127.0.0.1:${port}`, `http://127.0.0.1:${controlPort}`);
    await eventually(() => simulator.control('GET', 'healthz'), { what: 'the simulator to listen', timeoutMs: 15_000 });
    if (Object.keys(settings).length > 0) await simulator.control('PATCH', 'settings', settings);
    return simulator;
  }

  /** One call of the control API; throws with what it answered when it is not 2xx. */
  async control<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.controlUrl}/control/${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} /control/${path} answered ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text) as T;
  }

  settings(change: Record<string, unknown>): Promise<unknown> {
    return this.control('PATCH', 'settings', change);
  }

  fault(order: Record<string, unknown>): Promise<{ id: string }> {
    return this.control('POST', 'faults', order);
  }

  summary(): Promise<SimulatorSummary> {
    return this.control('GET', 'summary');
  }

  async tenants(): Promise<BookTenant[]> {
    return (await this.control<{ tenants: BookTenant[] }>('GET', 'book')).tenants;
  }

  async journal(query = ''): Promise<JournalEntry[]> {
    return (await this.control<{ entries: JournalEntry[] }>('GET', `journal${query}`)).entries;
  }

  async stop(): Promise<void> {
    await this.process.stop();
  }
}
