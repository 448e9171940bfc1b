/** A signal that loops wait for: many calls before the wait count as one, and every wait has an end. */
export class Wake {
  private isSet = false;
  private resolve: (() => void) | null = null;

  set(): void {
    this.isSet = true;
    this.resolve?.();
  }

  /** Resolves at the next `set()`, at once if one came since the last wait, or after `timeoutMs`. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.isSet) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.resolve = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.isSet = false;
    this.resolve = null;
  }
}
