import type { Mishap } from './machine.js';

/** One fault for the next calls of an operation, as the simulator's control API takes it. */
export interface FaultStep {
  step: 'fault';
  operation: 'create' | 'search' | 'domain' | 'audit' | 'token';
  action: { kind: string; when?: 'before' | 'after'; [name: string]: unknown };
  times: number;
  /** For everybody, and not only for calls about the domain of the onboarding under test. */
  isForAll: boolean;
}

export type Step =
  | FaultStep
  | { step: 'outage'; order: Record<string, unknown>; turns: number }
  | { step: 'outage over' }
  | { step: 'domain taken'; owner: 'otherPartner' | 'unlinkedTenant' | 'oursWithoutEvidence' | 'ours' }
  | { step: 'domain freed' }
  | { step: 'tokens expire' }
  | { step: 'turns'; count: number }
  | { step: 'wait'; ms: number }
  | { step: 'mishap'; mishap: Mishap }
  | { step: 'thaw' }
  | { step: 'another worker' }
  | { step: 'restart' }
  /** A record of the onboarding under test: again as it was, replayed, or with other data. */
  | { step: 'record'; data: 'same' | 'other company' | 'other domain'; isReplay: boolean }
  /** Somebody else asks for a tenant: under a domain of its own, or under this one. */
  | { step: 'another onboarding'; domain: 'own' | 'same' };

/** A sequence of steps, and how the service is made at the time. */
export interface Sequence {
  settings: Record<string, unknown>;
  email: string;
  /** How many are up at first. */
  workers: number;
  steps: Step[];
  /** A record that comes when all has ended. */
  afterwards: Step | null;
}
