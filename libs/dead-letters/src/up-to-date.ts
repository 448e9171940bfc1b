import type { DeadLetters } from './dead-letters.js';

/**
 * Brings the projection of the dead letters up to date in time for an answer that can do without: false when it took longer
 * (it goes on) or failed, which `onFailure` learns while it is waited for.
 */
export async function isUpToDateWithin(
  deadLetters: Pick<DeadLetters, 'catchUp'>,
  limitMs: number,
  onFailure: (error: unknown) => void = () => undefined,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, limitMs, false)));
  const reached = deadLetters.catchUp().then(
    () => true,
    (error: unknown) => {
      onFailure(error);
      return false;
    },
  );
  return Promise.race([reached, late]).finally(() => clearTimeout(timer));
}
