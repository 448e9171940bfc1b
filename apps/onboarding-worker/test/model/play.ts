import type { ModelWorld, Request } from './model-world.js';
import type { Sequence, Step } from './steps.js';

/** The onboarding under test. */
export const MAIN = 'main';
const WORKERS_MAX = 3;
/** Turns that are enough for any onboarding to end once nothing goes wrong any more. */
const CALM_TURNS_MAX = 150;
const CALM_MAX_MS = 12 * 3_600_000;

/** What was done to a sequence's world, as far as the promises need it. */
export interface Played {
  ids: string[];
  /** Records of the onboarding under test that ask for a replay. */
  replays: number;
  /** `Retry-After` that the service was told to send, by the id of the fault. */
  throttles: Map<string, { seconds: number; form: string }>;
  /** `Retry-After` in milliseconds beside a 503, by the id of the fault. */
  retryAfters: Map<string, number>;
  /** Domains under which somebody else's tenant was put into our customer list. */
  listedDomains: Set<string>;
}

/** Plays one sequence from the first record, then lets everything end in peace. */
export async function play(world: ModelWorld, sequence: Sequence): Promise<Played> {
  const player = new Player(world, sequence.email);
  await world.begin(sequence);
  await player.first();
  for (const step of sequence.steps) await player.do(step);
  await player.calm();
  if (sequence.afterwards !== null) {
    await player.do(sequence.afterwards);
    await player.calm();
  }
  return player.played;
}

class Player {
  readonly played: Played = {
    ...{ ids: [MAIN], replays: 0 },
    ...{ throttles: new Map(), retryAfters: new Map(), listedDomains: new Set() },
  };
  private main: Request;
  private domains = 1;

  constructor(
    private readonly world: ModelWorld,
    email: string,
  ) {
    this.main = { correlationId: MAIN, domain: this.newDomain(), companyName: 'North Bakery', email, isReplay: false };
  }

  async first(): Promise<void> {
    await this.world.take(this.main);
  }

  async do(step: Step): Promise<void> {
    const { world } = this;
    const { simulator } = world;
    switch (step.step) {
      case 'fault':
        return this.fault(step);
      case 'outage':
        await simulator.control('PUT', 'outage', step.order);
        return this.turns(step.turns);
      case 'outage over':
        return simulator.control('DELETE', 'outage');
      case 'domain taken':
        if (step.owner.startsWith('ours')) this.played.listedDomains.add(this.main.domain);
        return simulator.takeDomain(this.main.domain, step.owner);
      case 'domain freed':
        return simulator.freeDomain(this.main.domain);
      case 'tokens expire':
        return simulator.control('POST', 'tokens/expire');
      case 'turns':
        return this.turns(step.count);
      case 'wait':
        await world.turn(step.ms);
        return;
      case 'mishap':
        world.crew.somebody?.machine.meets(step.mishap);
        return;
      case 'thaw':
        return world.thaw();
      case 'another worker':
        if (world.crew.workers.length < WORKERS_MAX) await world.crew.grow();
        return;
      case 'restart':
        return world.restart();
      case 'record':
        return this.record(step);
      case 'another onboarding':
        return this.anotherOnboarding(step.domain);
    }
  }

  /** Nothing goes wrong from now on: whatever is open must come to an end. */
  async calm(): Promise<void> {
    await this.world.simulator.calm();
    this.world.thaw();
    const beganMs = this.world.time.monotonicMs();
    for (let n = 0; n < CALM_TURNS_MAX; n++) {
      const { open } = await this.world.turnToNext();
      if (open === 0) return;
      if (this.world.time.monotonicMs() - beganMs > CALM_MAX_MS) break;
    }
    throw new Error('open onboardings long after the last fault');
  }

  private async turns(count: number): Promise<void> {
    for (let n = 0; n < count; n++) await this.world.turnToNext();
  }

  private async fault({ operation, action, times, isForAll }: Extract<Step, { step: 'fault' }>): Promise<void> {
    const hasDomain = operation !== 'audit' && operation !== 'token' && !isForAll;
    const match = { operation, ...(hasDomain ? { domain: this.main.domain } : {}) };
    const { id } = await this.world.simulator.control<{ id: string }>('POST', 'faults', { match, action, times });
    if ('retryAfter' in action) this.played.retryAfters.set(id, Number(action['retryAfter']) * 1_000);
    if (action.kind === 'throttle') {
      this.played.throttles.set(id, { seconds: Number(action['seconds']), form: String(action['form']) });
    }
  }

  private async record({ data, isReplay }: Extract<Step, { step: 'record' }>): Promise<void> {
    if (data === 'other company') this.main = { ...this.main, companyName: `${this.main.companyName}+` };
    if (data === 'other domain') this.main = { ...this.main, domain: this.newDomain() };
    if (isReplay) this.played.replays += 1;
    await this.world.take({ ...this.main, isReplay });
  }

  private async anotherOnboarding(domain: 'own' | 'same'): Promise<void> {
    const correlationId = `other-${this.played.ids.length}`;
    this.played.ids.push(correlationId);
    await this.world.take({
      ...{ correlationId, companyName: 'South Bakery', email: 'ops@southbakery.example', isReplay: false },
      domain: domain === 'same' ? this.main.domain : this.newDomain(),
    });
  }

  private newDomain(): string {
    return `bakery${this.domains++}.onmicrosoft.com`;
  }
}
