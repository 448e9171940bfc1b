import type { Forecast, LetterState, PlanState, PlanStatus } from './documents.js';

const NUMBERS = new Intl.NumberFormat('en');
const TIMES = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });

export function count(n: number): string {
  return NUMBERS.format(n);
}

/** `1 letter`, `2 letters`. */
export function counted(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** The two largest units: `3 min 20 s`, `2 h 5 min`, `4 d`. A number stays with its unit in one line. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const units: [string, number][] = [
    ['d', Math.floor(whole / 86_400)],
    ['h', Math.floor(whole / 3_600) % 24],
    ['min', Math.floor(whole / 60) % 60],
    ['s', whole % 60],
  ];
  const first = units.findIndex(([, n]) => n > 0);
  if (first < 0) return '0\u00a0s';
  return units
    .slice(first, first + 2)
    .filter(([, n]) => n > 0)
    .map(([unit, n]) => `${n}\u00a0${unit}`)
    .join(' ');
}

/** `870 ms`, `2.4 s`, `3 min 20 s`. */
export function latency(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1_000) return `${Math.round(ms)}\u00a0ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)}\u00a0s` : duration(ms / 1_000);
}

/** In the reader's time zone. */
export function time(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : TIMES.format(date);
}

export function clock(epochSeconds: number): string {
  return CLOCK.format(new Date(epochSeconds * 1_000));
}

/** Whole percents, but never 0 or 100 of what is not nothing or all. */
export function percent(part: number, whole: number): string {
  if (whole <= 0) return '0 %';
  const rounded = Math.round((part / whole) * 100);
  const honest = part > 0 && part < whole ? Math.min(99, Math.max(1, rounded)) : rounded;
  return `${honest} %`;
}

export type Tone = 'good' | 'bad' | 'busy' | 'quiet';

export const FORECASTS: Record<Forecast, { title: string; meaning: string; tone: Tone }> = {
  create: { title: 'Will be tried anew', meaning: 'a new create call', tone: 'good' },
  announceAgain: { title: 'Only announced again', meaning: 'the tenant is there; nothing is called', tone: 'good' },
  reconcile: {
    title: 'Looked up first',
    meaning: 'an earlier call is unsettled; a person may have to look',
    tone: 'busy',
  },
  failAgain: { title: 'Will fail again', meaning: 'the cause is unchanged', tone: 'bad' },
  nothing: { title: 'Nothing happens', meaning: 'not sent', tone: 'quiet' },
};

export const PLAN_STATES: Record<PlanState, { title: string; tone: Tone }> = {
  planned: { title: 'Planned', tone: 'quiet' },
  running: { title: 'Running', tone: 'busy' },
  paused: { title: 'Paused', tone: 'busy' },
  stopped: { title: 'Stopped', tone: 'bad' },
  done: { title: 'Done', tone: 'good' },
  aborted: { title: 'Aborted', tone: 'quiet' },
};

export const LETTER_STATES: Record<LetterState, { title: string; tone: Tone }> = {
  waiting: { title: 'Waiting', tone: 'quiet' },
  sent: { title: 'Sent', tone: 'busy' },
  created: { title: 'Created', tone: 'good' },
  announced: { title: 'Announced', tone: 'good' },
  failed: { title: 'Failed again', tone: 'bad' },
  nothing: { title: 'Nothing', tone: 'quiet' },
};

const ONBOARDING_TONES: Record<string, Tone> = {
  open: 'busy',
  held: 'busy',
  created: 'good',
  rejected: 'bad',
  unresolved: 'bad',
};

export function onboardingTone(state: string): Tone {
  return ONBOARDING_TONES[state] ?? 'quiet';
}

/** Letters of a plan that will not change any more. */
export function endedOf({ created, announced, failed, nothing }: PlanStatus): number {
  return created + announced + failed + nothing;
}

/** One sentence on where a plan stands, for the progress bar and for screen readers. */
export function progressOf(status: PlanStatus): string {
  const { state, total, sent, open, created, announced, failed, waiting } = status;
  const parts = [`${PLAN_STATES[state].title}: ${count(endedOf(status))} of ${counted(total, 'letter')} ended`];
  if (sent > 0) parts.push(`${count(created)} created, ${count(announced)} announced, ${count(failed)} failed again`);
  if (open > 0) parts.push(`${count(open)} open`);
  if (waiting > 0 && state !== 'planned') parts.push(`${count(waiting)} waiting`);
  return `${parts.join('; ')}.`;
}
