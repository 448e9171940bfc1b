import type { Clock } from '../clock.js';
import type { ErrorShape } from '../api/error-body.js';
import type { AppliedFault } from '../book/journal.js';
import type { TokenRefusal } from '../api/token-refusals.js';
import type { Operation } from '../operation.js';
import type { Random } from '../random.js';
import type { RetryAfterForm } from './retry-after.js';

/** What is done to a call. `before`: nothing is carried out (but `delay`); `after`: carried out, then this. */
export type FaultAction = { readonly when: 'before' | 'after'; readonly delayMs: number } & FaultKind;

export type FaultKind =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly shape: ErrorShape;
      readonly code: number | string | undefined;
      readonly description: string | undefined;
      readonly data: unknown;
      readonly headers: readonly string[];
    }
  | { readonly kind: 'throttle'; readonly seconds: number; readonly form: RetryAfterForm }
  | { readonly kind: 'unauthorized'; readonly variant: UnauthorizedVariant }
  | { readonly kind: 'delay' }
  | { readonly kind: 'hang'; readonly ms: number }
  | { readonly kind: 'reset' }
  | { readonly kind: 'close' }
  | { readonly kind: 'truncated'; readonly bytes: number | undefined }
  | { readonly kind: 'raw'; readonly status: number | undefined; readonly body: string; readonly contentType: string }
  | { readonly kind: 'tokenRefusal'; readonly variant: TokenRefusal }
  | { readonly kind: 'wrongTenant' | 'pascalCase' | 'unknownMembers' | 'formatted' }
  | { readonly kind: 'wrongDomain'; readonly domain: string };

export const UNAUTHORIZED_VARIANTS = ['ordinary', 'missing', '900420', '900421', '10001', 'emptyMfa'] as const;
export type UnauthorizedVariant = (typeof UNAUTHORIZED_VARIANTS)[number];

/** Which calls a fault is for; all members that are given must fit. Identifiers and domains ignore case. */
export interface FaultMatch {
  readonly operations: readonly Operation[] | undefined;
  readonly domain: string | undefined;
  readonly domainPrefix: string | undefined;
  readonly requestId: string | undefined;
  readonly correlationId: string | undefined;
  /** Epoch milliseconds, simulator's clock. */
  readonly from: number;
  readonly until: number;
}

export interface FaultOrder {
  readonly name: string;
  readonly match: FaultMatch;
  /** The first matching call that is hit, from 1. */
  readonly nth: number;
  /** How many calls are hit; Infinity = for ever. */
  readonly times: number;
  /** Share of the matching calls that are hit, 0 to 1. */
  readonly probability: number;
  readonly action: FaultAction;
}

export interface Fault extends FaultOrder {
  readonly id: string;
  readonly applied: AppliedFault;
  matched: number;
  hits: number;
}

export interface Subject {
  readonly operation: Operation;
  readonly domain: string | null;
  readonly requestId: string | null;
  readonly correlationId: string | null;
}

const SPENT_KEPT_MAX = 10_000;
const ACTIVE_MAX = 100_000;

/**
 * The faults in force, oldest first; the first that fits a call is applied, and no other. Orders for one exact domain
 * are found by it, so thousands of them cost the other calls nothing.
 */
export class FaultPlan {
  readonly #general = new Map<string, Fault>();
  readonly #byDomain = new Map<string, Fault[]>();
  readonly #spent: Fault[] = [];
  #issued = 0;
  #active = 0;

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Throws when ACTIVE_MAX faults are in force. */
  add(order: FaultOrder): Fault {
    if (this.#active >= ACTIVE_MAX) throw new RangeError(`there are ${ACTIVE_MAX} active faults already`);
    this.#active++;
    const id = `f${++this.#issued}`;
    const fault = { ...order, id, applied: appliedBy(order, id), matched: 0, hits: 0 };
    const domain = order.match.domain;
    if (domain === undefined) this.#general.set(id, fault);
    else this.#byDomain.set(domain, [...(this.#byDomain.get(domain) ?? []), fault]);
    return fault;
  }

  /** The fault for this call, counted as used; undefined when none fits. */
  take(subject: Subject): Fault | undefined {
    if (this.#general.size === 0 && this.#byDomain.size === 0) return undefined;
    const now = this.clock.now();
    const domain = subject.domain?.toLowerCase();
    for (const fault of (domain && this.#byDomain.get(domain)) || []) if (this.#hits(fault, subject, now)) return fault;
    for (const fault of this.#general.values()) if (this.#hits(fault, subject, now)) return fault;
    return undefined;
  }

  remove(id: string): boolean {
    const fault = this.active().find((known) => known.id === id);
    if (fault) this.#drop(fault);
    return fault !== undefined;
  }

  clear(): void {
    this.#general.clear();
    this.#byDomain.clear();
    this.#active = 0;
  }

  active(): Fault[] {
    return [...this.#general.values(), ...[...this.#byDomain.values()].flat()];
  }

  spent(): readonly Fault[] {
    return this.#spent;
  }

  #hits(fault: Fault, subject: Subject, now: number): boolean {
    if (!fits(fault.match, subject, now)) return false;
    if (++fault.matched < fault.nth) return false;
    if (fault.probability < 1 && this.random.next() >= fault.probability) return false;
    if (++fault.hits >= fault.times) this.#spend(fault);
    return true;
  }

  #spend(fault: Fault): void {
    this.#drop(fault);
    this.#spent.push(fault);
    if (this.#spent.length > SPENT_KEPT_MAX) this.#spent.shift();
  }

  #drop(fault: Fault): void {
    this.#active--;
    this.#general.delete(fault.id);
    const domain = fault.match.domain;
    if (domain === undefined) return;
    const others = (this.#byDomain.get(domain) ?? []).filter((known) => known !== fault);
    if (others.length > 0) this.#byDomain.set(domain, others);
    else this.#byDomain.delete(domain);
  }
}

function fits(match: FaultMatch, subject: Subject, now: number): boolean {
  if (match.operations && !match.operations.includes(subject.operation)) return false;
  if (now < match.from || now >= match.until) return false;
  if (match.domain !== undefined && subject.domain?.toLowerCase() !== match.domain) return false;
  if (match.domainPrefix !== undefined && !subject.domain?.toLowerCase().startsWith(match.domainPrefix)) return false;
  if (match.requestId !== undefined && subject.requestId?.toLowerCase() !== match.requestId) return false;
  return match.correlationId === undefined || subject.correlationId?.toLowerCase() === match.correlationId;
}

function appliedBy(order: FaultOrder, id: string): AppliedFault {
  return { id, kind: order.name, when: order.action.when };
}
