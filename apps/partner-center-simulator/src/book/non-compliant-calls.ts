const KEPT_MAX = 10_000;

interface NonCompliantCall {
  readonly requestId: string;
  readonly correlationId: string;
  readonly method: string;
  readonly path: string;
  readonly at: number;
}

/** Calls made with an App+User token that has no MFA claim, whether they were refused or not; the newest are kept. */
export class NonCompliantCalls {
  readonly all: NonCompliantCall[] = [];

  add(call: NonCompliantCall): void {
    this.all.push(call);
    if (this.all.length > KEPT_MAX) this.all.shift();
  }
}
