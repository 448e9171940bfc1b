/**
 * Plays the story: the CRM's records wave by wave, and in between what may go wrong in a bad week. Every trouble waits
 * until it really hurts: the worker is killed while its calls are under way.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { type OnboardingSystem, type WorkerProcess, eventually } from '#testing';
import type { Story } from './story.ts';

export interface Played {
  /** Correlation id → when its record was written first, epoch ms. */
  sentAtMs: Map<string, number>;
  throttle: { fromMs: number; untilMs: number };
  killed: { callsUnderWay: number; signal: string | null };
}

export interface Watcher {
  tell: (what: string) => void;
  sent: (count: number) => void;
}

const WAVE_EVERY_MS = 550;
const THROTTLE_AT_WAVE = 3;
const THROTTLE_MS = 3_000;
const KILL_AT_WAVE = 8;
const RESTART_AFTER_MS = 1_500;
const SETTLE_TIMEOUT_MS = 120_000;
/** From here on the service does not remember request ids: what it is asked again, it calls a domain that is taken. */
const FORGET_AT_WAVE = 6;

export async function play(
  story: Story,
  system: OnboardingSystem,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Played> {
  await prepareTrouble(story, system, watcher);
  const sentAtMs = new Map<string, number>();
  const throttle = { fromMs: 0, untilMs: 0 };
  let killing: Promise<Played['killed']> | null = null;
  for (const [index, wave] of story.waves.entries()) {
    signal.throwIfAborted();
    if (index === THROTTLE_AT_WAVE) Object.assign(throttle, await beginThrottling(system, watcher));
    if (index === FORGET_AT_WAVE) await forgetRequestIds(system, watcher);
    if (index === KILL_AT_WAVE) {
      killing = killAndRestart(system, watcher, signal);
      // It is awaited below; until then a failure must not end the process.
      killing.catch(() => undefined);
    }
    const now = Date.now();
    for (const { correlationId } of wave) {
      if (correlationId !== null && !sentAtMs.has(correlationId)) sentAtMs.set(correlationId, now);
    }
    await system.request(wave.map(({ record }) => record));
    watcher.sent(wave.length);
    await delay(WAVE_EVERY_MS, undefined, { signal });
  }
  const killed = (await killing) ?? { callsUnderWay: 0, signal: null };
  watcher.tell('the CRM is done; what is still open comes to its end');
  await system.settled(SETTLE_TIMEOUT_MS);
  return { sentAtMs, throttle, killed };
}

async function prepareTrouble({ lostAnswers, takenDomain }: Story, { simulator }: OnboardingSystem, watcher: Watcher) {
  await simulator.control('PUT', `domains/${takenDomain}`, { owner: 'otherPartner' });
  for (const { domain } of lostAnswers) {
    await simulator.fault({ match: { operation: 'create', domain }, action: { kind: 'reset', when: 'after' } });
  }
  watcher.tell(`${lostAnswers.length} answers will be lost on the wire, after the tenant was made`);
}

async function beginThrottling({ simulator }: OnboardingSystem, watcher: Watcher): Promise<Played['throttle']> {
  const fromMs = Date.now();
  await simulator.control('PUT', 'throttle', { forMs: THROTTLE_MS });
  watcher.tell(`throttling: for ${THROTTLE_MS / 1_000} s every call is answered 429 with Retry-After`);
  return { fromMs, untilMs: fromMs + THROTTLE_MS };
}

async function forgetRequestIds({ simulator }: OnboardingSystem, watcher: Watcher): Promise<void> {
  await simulator.settings({ replay: 'domainTaken400' });
  watcher.tell('the service forgets request ids: a call repeated from now on is refused, "domain taken"');
}

async function killAndRestart(
  system: OnboardingSystem,
  watcher: Watcher,
  signal: AbortSignal,
): Promise<Played['killed']> {
  const victim = system.workers[0] as WorkerProcess;
  const callsUnderWay = await untilBusy(victim);
  const end = await victim.process.kill();
  watcher.tell(`kill -9: worker 1 dies with ${callsUnderWay} calls under way`);
  await delay(RESTART_AFTER_MS, undefined, { signal });
  await system.startWorker();
  watcher.tell('another worker has taken its place');
  return { callsUnderWay, signal: end.signal };
}

async function untilBusy(worker: WorkerProcess): Promise<number> {
  return eventually(
    async () => {
      const count = Number(/^partner_center_concurrency (\d+)/m.exec(await worker.metrics())?.[1] ?? 0);
      if (count < 5) throw new Error(`${count} calls are under way`);
      return count;
    },
    { what: 'worker 1 to have 5 calls under way', timeoutMs: 10_000, intervalMs: 20 },
  );
}
