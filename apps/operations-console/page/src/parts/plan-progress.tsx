import { useEffect, useRef } from 'preact/hooks';
import type { RefObject, VNode } from 'preact';
import { announce } from '../announcements.js';
import type { Plan } from '../documents.js';
import { counted, count, duration, endedOf, percent, progressOf } from '../words.js';
import { Foreign } from './foreign.js';
import { Facts, Notice } from './small.js';

const SAY_EVERY_MS = 10_000;

export function PlanProgress({ plan }: { plan: Plan }): VNode {
  const ended = endedOf(plan);
  const secondsLeft = useSecondsLeft(plan);
  useSpokenProgress(plan);
  const section = useRef<HTMLElement>(null);
  useKeptFocus(section, plan.state);
  const { state, total, reason, asForecast } = plan;
  return (
    <section ref={section} aria-label="Progress" tabIndex={-1}>
      {reason !== null && state !== 'running' && (
        <Notice tone={state === 'stopped' ? 'bad' : 'busy'}>
          <Foreign text={reason} />
        </Notice>
      )}
      {state === 'done' && (
        <Notice tone={asForecast === total ? 'good' : 'busy'}>
          Done: {count(asForecast)} of {counted(total, 'letter')} went as forecast.
        </Notice>
      )}
      <progress value={ended} max={Math.max(1, total)} aria-label="Letters that have ended" />
      <p>
        {percent(ended, total)}: {count(ended)} of {counted(total, 'letter')} ended
        {secondsLeft !== null && `, about ${duration(secondsLeft)} left`}
      </p>
      <Facts
        kind="counts"
        facts={[
          ['Waiting', count(plan.waiting)],
          ['Sent', count(plan.sent)],
          ['Open', count(plan.open)],
          ['Created', count(plan.created)],
          ['Announced', count(plan.announced)],
          ['Failed again', count(plan.failed)],
          ['Nothing', count(plan.nothing)],
          ['As forecast', count(plan.asForecast)],
        ]}
      />
    </section>
  );
}

/** Another state has other buttons: whoever pressed one that is gone goes on here, not at the top of the page. */
function useKeptFocus(section: RefObject<HTMLElement | null>, state: string): void {
  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus();
  }, [state]);
}

/** From the pace since this page began to watch; null until there is one. */
function useSecondsLeft(plan: Plan): number | null {
  const ended = endedOf(plan);
  const first = useRef<{ state: string; ended: number; atMs: number } | null>(null);
  if (first.current?.state !== plan.state) first.current = { state: plan.state, ended, atMs: performance.now() };
  const since = ended - first.current.ended;
  if (plan.state !== 'running' || since <= 0) return null;
  return (((performance.now() - first.current.atMs) / since) * (plan.total - ended)) / 1_000;
}

/** Every change of state is said at once, numbers now and then: a voice must not talk all the time. */
function useSpokenProgress(plan: Plan): void {
  const said = useRef<{ state: string; text: string; atMs: number }>({ state: plan.state, text: '', atMs: 0 });
  const text = progressOf(plan);
  useEffect(() => {
    const { state, text: before, atMs } = said.current;
    const nowMs = performance.now();
    if (state === plan.state && (before === text || nowMs - atMs < SAY_EVERY_MS)) return;
    said.current = { state: plan.state, text, atMs: nowMs };
    announce(text);
  });
}
