/** The documents of the console's API as this page reads them; the shared ones are those of contract 8. */

export type Role = 'operator' | 'viewer';

export interface Pause {
  kind: string;
  reason: string;
  since: string;
  until: string | null;
}

export interface Series {
  /** Epoch seconds of each point. */
  at: number[];
  created: number[];
  failed: number[];
  p50Ms: (number | null)[];
  p95Ms: (number | null)[];
}

export interface Overview {
  pending: number;
  held: number;
  oldestPendingSeconds: number;
  outboxUnsent: number;
  outboxBlocked: number;
  recordsLost: number;
  deadLetters: number;
  pauses: Pause[];
  series: Series;
}

export interface OnboardingListItem {
  correlationId: string;
  state: string;
  domain: string;
  since: string;
  attempts: number;
  code: string | null;
}

export interface HistoryEntry {
  at: string;
  what: string;
  /** Of the revision that it tells of, where there is one. */
  requestId?: string | null;
}

export interface Onboarding {
  correlationId: string;
  state: string;
  domain: string;
  revision: number;
  requestId: string;
  msCorrelationId: string;
  attempts: number;
  dueAt: string | null;
  tenantId: string | null;
  code: string | null;
  letters: string[];
  history: HistoryEntry[];
}

export interface Group {
  fingerprint: string;
  code: string;
  httpStatus: number | null;
  fields: string[];
  count: number;
  firstFailedAt: string;
  lastFailedAt: string;
  /** `P:O` of one letter of the group. */
  example: string;
  /** Letters of each of the last 24 hours, oldest first. */
  trend: number[];
}

export interface Letter {
  id: string;
  partition: number;
  offset: number;
  correlationId: string | null;
  code: string;
  reason: string;
  message: string;
  fields: string[];
  httpStatus: number | null;
  requestId: string | null;
  fingerprint: string;
  attempts: number;
  replays: number;
  firstFailedAt: string;
  failedAt: string;
  original: { topic: string; partition: number; offset: number; timestamp: number };
}

export type Json = string | number | boolean | null | Json[] | { [member: string]: Json };

export interface LetterInFull extends Letter {
  /** Decoded JSON, masked unless revealed; null when the value is no JSON. */
  payload: Json;
  /** A value that is no JSON, only when revealed. */
  text: string | null;
  headers: [string, string | null][];
  history: HistoryEntry[];
  /** State of the onboarding now; null when there is none. */
  state: string | null;
}

/** Which letters are meant: members are and-ed, ids or-ed. */
export interface Selection {
  all?: true;
  group?: string;
  code?: string;
  reason?: string;
  since?: string;
  until?: string;
  correlationId?: string;
  ids?: string[];
}

export type Forecast = 'create' | 'announceAgain' | 'reconcile' | 'failAgain' | 'nothing';
export type PlanState = 'planned' | 'running' | 'paused' | 'stopped' | 'done' | 'aborted';
export type LetterState = 'waiting' | 'sent' | 'created' | 'announced' | 'failed' | 'nothing';

export interface PlanStatus {
  plan: string;
  state: PlanState;
  total: number;
  waiting: number;
  sent: number;
  open: number;
  created: number;
  announced: number;
  failed: number;
  nothing: number;
  asForecast: number;
  reason: string | null;
}

export interface PlanListItem extends PlanStatus {
  madeBy: string;
  madeAt: string;
  selection: Selection;
}

export interface Plan extends PlanListItem {
  forecast: Record<Forecast, number>;
  patch: Json;
}

export interface PlanLetter {
  id: string;
  forecast: Forecast;
  why: string;
  state: LetterState;
  code: string | null;
}

export interface StartOptions {
  rate?: number;
  ramp?: number[];
  stopAt?: number;
  force?: true;
}

export interface EditPreview {
  /** JSON texts, masked; null where there is no such member. */
  diff: { path: string; old: string | null; new: string | null }[];
  verdict: { ok: boolean; code: string | null; fields: string[]; message: string };
}

export interface AuditEntry {
  id: string;
  at: string;
  who: string;
  what: string;
  subject: string;
  detail: Json;
}
