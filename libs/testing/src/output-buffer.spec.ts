import fc from 'fast-check';
import { expect, it } from 'vitest';
import { OutputBuffer } from './output-buffer.js';

it('keeps the end of everything written, never more than its limit and one chunk', () => {
  const chunks = fc.array(fc.string({ minLength: 1, maxLength: 50, unit: 'grapheme-ascii' }));
  fc.assert(
    fc.property(chunks, fc.integer({ min: 1, max: 200 }), (texts, maxBytes) => {
      const buffer = new OutputBuffer(maxBytes);
      for (const text of texts) buffer.add(Buffer.from(text));
      const all = texts.join('');
      const kept = buffer.toString();
      expect(all.endsWith(kept)).toBe(true);
      expect(kept.length).toBeLessThanOrEqual(Math.max(maxBytes, 50));
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(all.length, maxBytes - 50));
    }),
  );
});
