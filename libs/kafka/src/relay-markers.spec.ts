import { describe, expect, it } from 'vitest';
import { markerOffsets, parseMarker, relayGroupId } from './relay-markers.js';

describe('relay markers', () => {
  it('come back as they were written, up to 62 bits', () => {
    const marker = { offset: 2n ** 62n - 1n, ledgerId: 'b7"\\é', term: 2n ** 40n };
    const { topics } = markerOffsets('g.relay', 'created', marker);
    const [slot] = topics[0]?.partitions as { partition: number; offset: string; metadata: string }[];
    expect(slot?.partition).toBe(0);
    expect(parseMarker(slot?.offset ?? '', slot?.metadata ?? '')).toEqual(marker);
  });

  it('belong to a group that is named after that of the workers', () => {
    expect(relayGroupId('customer-onboarding')).toBe('customer-onboarding.relay');
  });

  it('are null where Kafka knows nothing', () => {
    expect(parseMarker('-1', null)).toBeNull();
  });

  it.each([null, '', 'x', 'null', '[]', '{"ledgerId":1,"term":-1}', '{"term":"1e3"}'])(
    'are of an unknown ledger when the metadata is %s',
    (metadata) => {
      expect(parseMarker('5', metadata)).toEqual({ offset: 5n, ledgerId: null, term: null });
    },
  );
});
