import type { SimulatorClock } from './clock.js';
import { Book } from './book/book.js';
import { FaultPlan } from './faults/faults.js';
import { Journal } from './book/journal.js';
import { Random } from './random.js';
import { RequestMemory } from './api/request-memory.js';
import { initialSettings } from './settings.js';
import { Throttle } from './faults/throttle.js';
import { TokenIssuer } from './api/tokens.js';

/**
 * Everything that is forgotten together by a reset. A call keeps the world it arrived in, so a create that is still
 * under way when the reset comes is never seen in the new book.
 */
export class World {
  readonly settings = initialSettings();
  readonly random = new Random(() => this.settings.seed);
  readonly book = new Book();
  readonly journal: Journal;
  readonly faults: FaultPlan;
  readonly throttle = new Throttle();
  readonly requests = new RequestMemory();

  constructor(
    readonly clock: SimulatorClock,
    journalLimit: number,
    readonly tokens = new TokenIssuer(),
  ) {
    this.journal = new Journal(journalLimit);
    this.faults = new FaultPlan(clock, this.random);
  }
}
