import type { RelayMarkers } from '#kafka';
import type { RelayIdentity } from '#ledger';

/** Another ledger, group or cluster stands behind the relay's marker: publishing could repeat or skip events (exit 78). */
export class ForeignMarkerError extends Error {
  readonly code = 'RELAY_MARKER_FOREIGN';
  override readonly name = 'ForeignMarkerError';
}

/**
 * Checks at start that marker and ledger belong together (design 2): pure. A marker of another ledger, or another group,
 * cluster or slot topic than the ledger remembers, is a fault unless `RELAY_ADOPT_MARKER=true`.
 */
export function checkRelayIdentity(
  facts: { ledgerId: string; now: RelayIdentity; remembered: RelayIdentity | null; markers: RelayMarkers },
  adopt: boolean,
): void {
  if (adopt) return;
  const { ledgerId, now, remembered, markers } = facts;
  for (const marker of [markers.batch, markers.term]) {
    if (marker !== null && marker.ledgerId !== ledgerId) {
      throw new ForeignMarkerError(
        `The relay marker of group ${now.groupId}.relay was left by ledger ${marker.ledgerId ?? 'unknown'}, not by this one (${ledgerId}). ` +
          'Use the ledger that belongs to it, another KAFKA_GROUP_ID, or RELAY_ADOPT_MARKER=true.',
      );
    }
  }
  if (remembered === null) return;
  const names: (keyof RelayIdentity)[] = ['groupId', 'clusterId', 'createdTopic', 'rejectedTopic'];
  const changed = names.filter((name) => remembered[name] !== now[name]);
  if (changed.length === 0) return;
  const told = changed.map((name) => `${name} was ${remembered[name]}, now ${now[name]}`).join('; ');
  throw new ForeignMarkerError(
    `The ledger's relay worked with something else before: ${told}. Give back the old settings, or RELAY_ADOPT_MARKER=true.`,
  );
}
