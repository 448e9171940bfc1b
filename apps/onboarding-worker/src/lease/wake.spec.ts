import { describe, expect, it, vi } from 'vitest';
import { Wake } from './wake.js';

describe('a wake-up', () => {
  it('ends a wait that is under way', async () => {
    const wake = new Wake();
    const waiting = wake.wait(60_000);
    wake.set();
    await waiting;
  });

  it('before the wait ends the next wait at once, however often it came, and only that one', async () => {
    vi.useFakeTimers();
    try {
      const wake = new Wake();
      wake.set();
      wake.set();
      await wake.wait(60_000);
      let hasEnded = false;
      const second = wake.wait(1_000).then(() => (hasEnded = true));
      await vi.advanceTimersByTimeAsync(999);
      expect(hasEnded).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      await second;
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('leaves no timer behind', () => {
    vi.useFakeTimers();
    try {
      const wake = new Wake();
      void wake.wait(60_000);
      wake.set();
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
