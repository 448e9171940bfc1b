import { describe, expect, it } from 'vitest';
import { ForeignMarkerError, checkRelayIdentity } from './relay-identity.js';

type Facts = Parameters<typeof checkRelayIdentity>[0];

const now = { groupId: 'g', clusterId: 'k', createdTopic: 'c', rejectedTopic: 'r' };
const marker = (ledgerId: string | null): NonNullable<Facts['markers']['batch']> => ({
  offset: 5n,
  ledgerId,
  term: 1n,
});
const facts = (with_: Partial<Facts> = {}): Facts => ({
  ...{ ledgerId: 'mine', now, remembered: now, markers: { batch: marker('mine'), term: marker('mine') } },
  ...with_,
});

describe('a ledger and a marker', () => {
  it('belong together at the first start, after any other start, and when Kafka forgot the marker', () => {
    expect(() => checkRelayIdentity(facts(), false)).not.toThrow();
    const first = facts({ remembered: null, markers: { batch: null, term: null } });
    expect(() => checkRelayIdentity(first, false)).not.toThrow();
    expect(() => checkRelayIdentity(facts({ markers: { batch: null, term: null } }), false)).not.toThrow();
  });

  it.each(['batch', 'term'] as const)('do not when another ledger left the marker of the %s', (slot) => {
    for (const ledgerId of ['other', null]) {
      const foreign = facts({ markers: { ...facts().markers, [slot]: marker(ledgerId) } });
      expect(() => checkRelayIdentity(foreign, false)).toThrow(ForeignMarkerError);
      expect(() => checkRelayIdentity(foreign, true)).not.toThrow();
    }
  });

  it.each(Object.keys(now))('do not when the ledger remembers another %s, which the error names', (name) => {
    const moved = facts({ remembered: { ...now, [name]: 'before' } });
    expect(() => checkRelayIdentity(moved, false)).toThrow(`${name} was before`);
    expect(() => checkRelayIdentity(moved, true)).not.toThrow();
  });
});
