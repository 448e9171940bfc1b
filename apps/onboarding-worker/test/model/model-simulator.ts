import { SystemClock } from '../../../partner-center-simulator/src/clock.js';
import { type RunningSimulator, startSimulator } from '../../../partner-center-simulator/src/simulator.js';
import type { VirtualTime } from './virtual-time.js';

/** A tenant in the simulator's book. Orphans are those that a late 27002 left behind. */
export interface BookLine {
  id: string;
  domain: string;
  correlationId: string;
  requestId: string;
  createdAt: number;
  orphan?: true;
}

export interface Book {
  tenants: BookLine[];
  totals: { surplusTenants: number };
}

/** A call in the simulator's journal; times are the machine's. */
export interface JournalLine {
  operation: string;
  requestId: string | null;
  correlationId: string | null;
  domain: string | null;
  status: number | null;
  fault: { id: string; kind: string; when: string } | null;
  bodyHash: string | null;
  startedAt: number;
  endedAt: number | null;
}

/** The stand-in for Partner Center in this process, in virtual time, over real sockets. */
export class ModelSimulator {
  private constructor(private readonly running: RunningSimulator) {}

  static async start(time: VirtualTime): Promise<ModelSimulator> {
    return new ModelSimulator(await startSimulator({ port: 0, controlPort: 0, clock: new SystemClock(time.epochMs) }));
  }

  get url(): string {
    return this.running.url;
  }

  /** One call of the control API; rejects when it is refused. */
  async control<Reply>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<Reply> {
    return (await this.running.control(method, path, body)) as Reply;
  }

  /** Puts somebody's tenant under a domain, unless there is one. */
  async takeDomain(domain: string, owner: string): Promise<void> {
    await this.control('PUT', `domains/${domain}`, { owner }).catch(unlessItSays('has a tenant already'));
  }

  /** Takes that tenant away again; one that a call made stays. */
  async freeDomain(domain: string): Promise<void> {
    await this.control('DELETE', `domains/${domain}`).catch(unlessItSays('no foreign tenant'));
  }

  /** No more faults, outages and refusals. */
  async calm(): Promise<void> {
    await Promise.all([this.control('DELETE', 'faults'), this.control('DELETE', 'outage')]);
  }

  async close(): Promise<void> {
    await this.running.close();
  }
}

function unlessItSays(words: string): (error: Error) => void {
  return (error) => {
    if (!error.message.includes(words)) throw error;
  };
}
