import { describe, expect, it } from 'vitest';
import { PartitionCursor } from './partition-cursor.js';

describe('PartitionCursor', () => {
  it('begins where a batch was fetched when nothing is known', () => {
    expect(new PartitionCursor().startOf(7n)).toBe(7n);
  });

  it('adds stretches without visible records to the batch behind them', () => {
    const cursor = new PartitionCursor();
    cursor.moveTo(5n);
    cursor.passOver(5n, 5n);
    cursor.passOver(6n, 9n);
    expect(cursor.startOf(10n)).toBe(5n);
  });

  it('begins at the first such stretch after an assignment', () => {
    const cursor = new PartitionCursor();
    cursor.passOver(3n, 4n);
    expect(cursor.startOf(5n)).toBe(3n);
  });

  it('does not hide records that were deleted before they were read', () => {
    const cursor = new PartitionCursor();
    cursor.moveTo(5n);
    expect(cursor.startOf(8n)).toBe(8n);
    cursor.passOver(8n, 8n);
    expect(cursor.startOf(9n)).toBe(8n);
  });

  it('does not hide a log that begins again', () => {
    const cursor = new PartitionCursor();
    cursor.moveTo(5n);
    expect(cursor.startOf(0n)).toBe(0n);
  });

  it('knows nothing after a new assignment', () => {
    const cursor = new PartitionCursor();
    cursor.moveTo(5n);
    cursor.passOver(5n, 6n);
    cursor.reset();
    expect(cursor.startOf(7n)).toBe(7n);
  });
});
