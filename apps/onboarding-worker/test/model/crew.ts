import { Pace } from './machine.js';
import { ModelWorker, type Surroundings } from './model-worker.js';

/** Far more statements and calls than any turn needs: work that never rests (P6). */
const PASSES_MAX = 400;
/** Real time, for a machine that does much else. */
const STILL_MAX_MS = 120_000;

/** The workers of one world, those that are gone included: what they had begun outside goes on there. */
export class Crew {
  workers: ModelWorker[] = [];
  private gone: ModelWorker[] = [];
  private readonly pace = new Pace();

  constructor(private readonly surroundings: Omit<Surroundings, 'pace'>) {}

  /** One that can be told something. */
  get somebody(): ModelWorker | undefined {
    return this.workers.find(({ machine }) => !machine.isDead && !machine.isFrozen);
  }

  get hasFrozen(): boolean {
    return this.workers.some(({ machine }) => machine.isFrozen);
  }

  /** Of those that are gone too. */
  get mishapsMet(): number {
    return [...this.workers, ...this.gone].reduce((sum, { machine }) => sum + machine.mishapsMet, 0);
  }

  /** Kills them all and waits until nothing is going on any more. */
  async clear(): Promise<void> {
    this.pace.go();
    for (const worker of this.workers) this.retire(worker);
    await this.still();
    this.gone = [];
    this.pace.hold();
  }

  /** Another one starts. */
  async grow(): Promise<void> {
    const worker = new ModelWorker({ ...this.surroundings, pace: this.pace });
    this.workers.push(worker);
    await worker.start();
  }

  /** SIGTERM, and another one in its place. */
  async replace(worker: ModelWorker): Promise<void> {
    await worker.stop();
    this.workers = this.workers.filter((each) => each !== worker);
    await this.grow();
  }

  thaw(): void {
    for (const { machine } of this.workers) machine.calm();
  }

  /** All do what is due until nothing more happens; whoever died meanwhile is gone, and somebody is always up. */
  async work(): Promise<void> {
    this.pace.go();
    await this.settle();
    // Everybody has heard of what happened in this turn before the time is moved again.
    if (this.workers.length > 1) await this.settle();
    for (const worker of this.workers.filter(({ machine }) => machine.isDead)) this.retire(worker);
    this.pace.hold();
    if (this.workers.every(({ machine }) => machine.isFrozen)) await this.grow();
  }

  /** SIGKILL. */
  private retire(worker: ModelWorker): void {
    worker.kill();
    this.workers = this.workers.filter((each) => each !== worker);
    this.gone.push(worker);
  }

  private async settle(): Promise<void> {
    for (const worker of this.workers) worker.hurry();
    await this.still();
  }

  private async still(): Promise<void> {
    const began = performance.now();
    const all = [...this.workers, ...this.gone];
    const passed = (): number => all.reduce((sum, { machine }) => sum + machine.passes, 0);
    const passesBefore = passed();
    for (let quietRounds = 0; quietRounds < 3;) {
      await new Promise((resolve) => (quietRounds > 0 ? setImmediate(resolve) : setTimeout(resolve, 1)));
      quietRounds = all.every((worker) => worker.isStill) ? quietRounds + 1 : 0;
      const passes = passed() - passesBefore;
      if (passes > PASSES_MAX) throw new Error(`a hot loop: ${passes} statements and calls without any time passing`);
      if (performance.now() - began > STILL_MAX_MS)
        throw new Error(`the workers do not come to rest: ${all.join('; ')}`);
    }
  }
}
