import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { atExit } from './at-exit.js';
import { OutputBuffer } from './output-buffer.js';
import { endGroup, recordChild, removeRunFolder } from './run-folder.js';

export interface ExitStatus {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ChildOptions {
  /** Of `createRunFolder`; removed by `remove()` and when this process ends. */
  folder: string;
  env: Record<string, string>;
  cwd?: string;
  user?: { uid: number; gid: number };
  /** How much of stdout and of stderr is kept, from the end; default 1 MiB each. */
  maxOutputBytes?: number;
}

/** A child process that never outlives its parent: see run-folder.ts for how. */
export class Child {
  readonly #output: OutputBuffer;
  readonly #errors: OutputBuffer;
  readonly #forget: () => void;
  #hasExited = false;
  readonly pid: number;
  /** Resolves once the process is gone and its output is read; never rejects. */
  readonly exited: Promise<ExitStatus>;

  private constructor(
    process: ReturnType<typeof spawn>,
    private readonly folder: string,
    maxOutputBytes?: number,
  ) {
    this.pid = process.pid ?? 0;
    this.#output = new OutputBuffer(maxOutputBytes);
    this.#errors = new OutputBuffer(maxOutputBytes);
    if (process.stdout) this.#output.read(process.stdout);
    if (process.stderr) this.#errors.read(process.stderr);
    this.exited = new Promise((resolve) => {
      process.once('exit', () => {
        this.#hasExited = true;
      });
      process.once('close', (code, signal) => resolve({ code, signal }));
    });
    this.#forget = atExit(() => {
      if (!this.#hasExited) endGroup(this.pid);
      removeRunFolder(folder);
    });
  }

  /** Throws when the command cannot be run at all. The child leads its own process group: Ctrl-C does not reach it. */
  static async start(command: string, args: string[], options: ChildOptions): Promise<Child> {
    const { folder, env, cwd, user, maxOutputBytes } = options;
    const child = spawn(command, args, {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
      ...user,
    });
    const started = new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const wrapped = new Child(child, folder, maxOutputBytes);
    await started;
    recordChild(folder, wrapped.pid);
    return wrapped;
  }

  get hasExited(): boolean {
    return this.#hasExited;
  }

  get stdout(): string {
    return this.#output.toString();
  }

  get stderr(): string {
    return this.#errors.toString();
  }

  /** Does nothing once the process is gone. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#hasExited) process.kill(this.pid, signal);
  }

  /** Sends the signal and waits for the end; after `graceMs` it ends the whole process group with SIGKILL. */
  async stop(signal: NodeJS.Signals, graceMs: number): Promise<ExitStatus> {
    this.signal(signal);
    const timer = new AbortController();
    const tooLate = delay(graceMs, undefined, { signal: timer.signal }).then(
      () => endGroup(this.pid),
      () => undefined,
    );
    const status = await this.exited;
    timer.abort();
    await tooLate;
    return status;
  }

  /** Forgets the process and removes its folder; call it after `stop`. */
  remove(): void {
    this.#forget();
    removeRunFolder(this.folder);
  }
}
