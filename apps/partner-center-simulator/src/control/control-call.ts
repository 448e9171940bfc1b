import type { Clock } from '../clock.js';
import type { Outage, OutageOrder } from '../faults/outage.js';
import type { Settings } from '../settings.js';
import type { World } from '../world.js';
import type { Json } from './read-json.js';

export interface ControlCall {
  readonly query: URLSearchParams;
  readonly body: Json;
  /** The variable part of the path, if the route has one. */
  readonly subject: string;
}

export interface ControlReply {
  readonly status: number;
  readonly body: unknown;
}

/** What the control API may do to the simulator that it belongs to. */
export interface Controlled {
  readonly clock: Clock;
  readonly outage: Outage;
  readonly startedAt: number;
  readonly world: World;
  readonly hasControlPort: boolean;
  /** The settings it was started with, and goes back to. */
  initialSettings(): Settings;
  reset(tokens: boolean): Promise<void>;
  beginOutage(order: OutageOrder): void;
  endOutage(): Promise<void>;
}
