import { Child, type ChildOptions, type ExitStatus } from './child.js';
import { createRunFolder } from './run-folder.js';

const STOP_GRACE_MS = 35_000;

export type SpawnOptions = Pick<ChildOptions, 'cwd' | 'maxOutputBytes'> & { args?: string[] };

/** A Node program under test, driven from outside: its output, its end, and the signals that hurt. */
export class NodeProcess {
  constructor(private readonly child: Child) {}

  get pid(): number {
    return this.child.pid;
  }

  /** Resolves once the process is gone; never rejects. */
  get exited(): Promise<ExitStatus> {
    return this.child.exited;
  }

  get hasExited(): boolean {
    return this.child.hasExited;
  }

  /** The last 1 MiB (`maxOutputBytes`) of what it wrote. */
  get stdout(): string {
    return this.child.stdout;
  }

  get stderr(): string {
    return this.child.stderr;
  }

  /** SIGTERM, and SIGKILL when it takes longer than `graceMs` (default 35 s). Resolves with how it ended. */
  async stop(graceMs = STOP_GRACE_MS): Promise<ExitStatus> {
    // A frozen process cannot act on SIGTERM.
    this.thaw();
    const status = await this.child.stop('SIGTERM', graceMs);
    this.child.remove();
    return status;
  }

  /** Resolves when the process is gone. For a signal that does not end it use `stop`, `freeze` or `thaw`. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ExitStatus> {
    this.child.signal(signal);
    const status = await this.exited;
    this.child.remove();
    return status;
  }

  freeze(): void {
    this.child.signal('SIGSTOP');
  }

  thaw(): void {
    this.child.signal('SIGCONT');
  }
}

/**
 * Starts `node script`. The process gets `env` and PATH, HOME, TMPDIR, nothing else: settings of the runner do not
 * leak into it. It ends with this process at the latest.
 */
export async function spawnNode(
  script: string,
  env: Record<string, string> = {},
  { args = [], ...options }: SpawnOptions = {},
): Promise<NodeProcess> {
  const inherited: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'TMPDIR']) {
    const value = process.env[name];
    if (value !== undefined) inherited[name] = value;
  }
  const folder = createRunFolder('node');
  return new NodeProcess(
    await Child.start(process.execPath, [script, ...args], { folder, env: { ...inherited, ...env }, ...options }),
  );
}
