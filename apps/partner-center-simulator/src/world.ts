import type { Clock } from './clock.js';
import { Agreements } from './book/agreements.js';
import { CountryTable } from './api/country-table.js';
import type { OtherRecord } from './book/other-record.js';
import { NonCompliantCalls } from './book/non-compliant-calls.js';
import { Book } from './book/book.js';
import { FaultPlan } from './faults/faults.js';
import { Journal } from './book/journal.js';
import { Random } from './random.js';
import { RequestMemory } from './api/request-memory.js';
import type { Settings } from './settings.js';
import { Throttle } from './faults/throttle.js';
import { TokenIssuer } from './api/tokens.js';

/**
 * Everything that is forgotten together by a reset. A call keeps the world it arrived in, so a create that is still
 * under way when the reset comes is never seen in the new book.
 */
export class World {
  readonly random = new Random(() => this.settings.seed);
  readonly book = new Book();
  readonly journal: Journal;
  readonly faults: FaultPlan;
  readonly throttle = new Throttle();
  readonly requests = new RequestMemory();
  readonly countries: CountryTable;
  readonly agreements = new Agreements();
  readonly nonCompliant = new NonCompliantCalls();
  readonly otherRecords: OtherRecord[] = [];

  constructor(
    readonly clock: Clock,
    readonly settings: Settings,
    journalLimit: number,
    readonly tokens = new TokenIssuer(),
  ) {
    this.countries = new CountryTable(settings);
    this.journal = new Journal(journalLimit, clock);
    this.faults = new FaultPlan(clock, this.random);
  }
}
