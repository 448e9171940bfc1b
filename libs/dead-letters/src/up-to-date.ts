import type { DeadLetters } from '#dead-letters';

/**
 * Brings the projection of the dead letters up to date in time for an answer that can do without: false when it took longer
 * (it goes on) or failed.
 */
export async function isUpToDateWithin(deadLetters: Pick<DeadLetters, 'catchUp'>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, limitMs, false)));
  const reached = deadLetters.catchUp().then(
    () => true,
    () => false,
  );
  return Promise.race([reached, late]).finally(() => clearTimeout(timer));
}
