/**
 * Last words of this process: run on a normal end, on an uncaught error and on SIGINT, SIGTERM, SIGHUP. They must be
 * synchronous, because nothing else is waited for at exit; the last one given runs first. Only SIGKILL passes them by
 * (see run-folder.ts).
 */
const actions = new Set<() => void>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let installed = false;

/** Runs `action` when this process ends; the returned function takes it back. */
export function atExit(action: () => void): () => void {
  if (!installed) install();
  installed = true;
  actions.add(action);
  return () => actions.delete(action);
}

function runAll(): void {
  for (const action of [...actions].reverse()) {
    actions.delete(action);
    try {
      action();
    } catch (error) {
      console.error('cleaning up failed:', error);
    }
  }
}

function install(): void {
  process.once('exit', runAll);
  for (const signal of SIGNALS) {
    const onSignal = () => {
      // Another listener means that the program ends in its own order; the `exit` event then runs the actions.
      if (process.listenerCount(signal) - onlookers() > 1) return;
      process.removeListener(signal, onSignal);
      runAll();
      process.kill(process.pid, signal);
    };
    process.on(signal, onSignal);
  }
}

/**
 * How many listeners belong to copies of the package `signal-exit` (testcontainers brings one). They only look on, and
 * wait for the last other listener to end the process.
 */
function onlookers(): number {
  const version3 = (process as { __signal_exit_emitter__?: { count?: number } }).__signal_exit_emitter__;
  const version4 = (globalThis as Record<symbol, { count?: number } | undefined>)[Symbol.for('signal-exit emitter')];
  return (version3?.count ?? 0) + (version4?.count ?? 0);
}
