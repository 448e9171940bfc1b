/** What befalls a worker at its `after`-th statement or call from now on, before it takes effect or before it is told. */
export interface Mishap {
  kind: 'crash' | 'freeze' | 'answer-lost';
  after: number;
  moment: 'before' | 'after';
}

/** Workers run only while a turn is on: what a timer of theirs begins between two turns waits for the next. */
export class Pace {
  private held: PromiseWithResolvers<void> | null = null;

  hold(): void {
    this.held ??= Promise.withResolvers();
  }

  go(): void {
    this.held?.resolve();
    this.held = null;
  }

  get running(): Promise<void> | undefined {
    return this.held?.promise;
  }
}

/** Ends the transaction of a worker that crashed in its midst, as its lost connection would. */
class Crashed extends Error {}

/**
 * The machine that a worker runs on: everything the worker does with the outside passes it. A crashed worker never hears
 * of the outside again, a frozen one goes on when it thaws, and a lost answer of the ledger is an error of its connection.
 */
export class Machine {
  isDead = false;
  /** Statements and calls so far. */
  passes = 0;
  mishapsMet = 0;
  hasBeenFrozen = false;
  private mishap: Mishap | null = null;
  private thaw: PromiseWithResolvers<void> | null = null;
  private underWay = 0;
  /** Not while the worker starts or stops: it does so between two turns. */
  private isInTurns = false;
  private readonly left = Promise.withResolvers<void>();

  constructor(private readonly pace: Pace) {}

  get isFrozen(): boolean {
    return this.thaw !== null;
  }

  /** Nothing that was begun is going on outside, also for a worker that is dead. */
  get isQuiet(): boolean {
    return this.underWay === 0;
  }

  toString(): string {
    const state = this.isDead ? 'dead' : this.isFrozen ? 'frozen' : 'alive';
    return `${state} after ${this.passes} statements and calls, ${this.underWay} under way`;
  }

  meets(mishap: Mishap): void {
    this.mishap = { ...mishap };
  }

  /** Nothing more befalls this worker; a frozen one goes on. */
  calm(): void {
    this.mishap = null;
    this.thaw?.resolve();
    this.thaw = null;
  }

  /** From now on the worker runs in turns. */
  join(): void {
    this.isInTurns = true;
  }

  /** From now on it does not wait for turns any more. */
  leave(): void {
    this.isInTurns = false;
    this.left.resolve();
  }

  die(): void {
    this.isDead = true;
  }

  async statement<T>(work: () => Promise<T>): Promise<T> {
    return this.pass(work, this.next(['crash', 'freeze', 'answer-lost']));
  }

  /** A call has no answer of the ledger to lose: the next statement has. */
  async call<T>(work: () => Promise<T>): Promise<T> {
    return this.pass(work, this.next(['crash', 'freeze']));
  }

  /** A whole transaction, whose acknowledgement may be lost; its statements are told to `inTransaction`. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.pass(work, this.next(['crash', 'freeze', 'answer-lost']));
  }

  /** Nobody freezes here: others would wait for the locks in real time, until the server ends the transaction. */
  async inTransaction<T>(work: () => Promise<T>): Promise<T> {
    const mishap = this.next(['crash', 'answer-lost']);
    if (mishap?.moment === 'before') this.befall(mishap);
    if (this.isDead) throw new Crashed('the worker crashed in its transaction');
    const result = await work();
    if (mishap?.moment === 'after') this.befall(mishap);
    if (this.isDead) throw new Crashed('the worker crashed in its transaction');
    return result;
  }

  private async pass<T>(work: () => Promise<T>, mishap: Mishap | null): Promise<T> {
    if (mishap?.moment === 'before') this.befall(mishap);
    await this.standing();
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
      if (mishap?.moment === 'after') this.befall(mishap);
      await this.standing();
    }
  }

  private next(kinds: Mishap['kind'][]): Mishap | null {
    this.passes += 1;
    const { mishap } = this;
    if (mishap === null || this.isDead || this.isFrozen) return null;
    if (mishap.after > 0) {
      mishap.after -= 1;
      return null;
    }
    if (!kinds.includes(mishap.kind)) return null;
    this.mishap = null;
    return mishap;
  }

  private befall({ kind }: Mishap): void {
    this.mishapsMet += 1;
    if (kind === 'crash') this.die();
    if (kind === 'freeze') this.freeze();
    if (kind === 'answer-lost') {
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    }
  }

  private freeze(): void {
    this.hasBeenFrozen = true;
    this.thaw = Promise.withResolvers();
  }

  /** One that thaws between two turns goes on in the next. */
  private async standing(): Promise<void> {
    while (this.thaw !== null || this.isHeld) {
      if (this.thaw !== null) await this.thaw.promise;
      else await Promise.race([this.pace.running, this.left.promise]);
    }
    if (this.isDead) await new Promise(() => undefined);
  }

  private get isHeld(): boolean {
    return this.isInTurns && this.pace.running !== undefined;
  }
}
