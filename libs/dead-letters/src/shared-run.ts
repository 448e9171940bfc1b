/**
 * Work that many ask for at once and that one run does for all of them: whoever asks while a run is under way is served by
 * the next one, together. So what was there when somebody asked is in what that run saw.
 */
export class SharedRun<Argument> {
  private last: Promise<void> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(private readonly work: (argument: Argument) => Promise<void>) {}

  /** Throws what the run throws that serves this call. Of calls that share a run the first one's argument counts. */
  async join(argument: Argument): Promise<void> {
    if (this.next !== null) return this.next;
    const run = this.last.then(() => {
      this.next = null;
      return this.work(argument);
    });
    this.next = run;
    this.last = run.catch(() => undefined);
    return run;
  }
}
