import { describe, expect, it } from 'vitest';
import { duration, limit, ramp, rate, share, tenantId } from './options.js';

const GUID = 'AAAAAAAA-1111-4111-8111-111111111111';

describe('an option', () => {
  it.each([
    ['limit', limit, '1000000', 1_000_000],
    ['duration', duration, '90s', 90_000],
    ['duration', duration, '1.5h', 5_400_000],
    ['duration', duration, '7d', 604_800_000],
    ['rate', rate, '20/s', 20],
    ['rate', rate, '0.5', 0.5],
    ['ramp', ramp, '1, 2,50', [1, 2, 50]],
    ['share', share, '0.2', 0.2],
    ['share', share, '1', 1],
    ['tenant', tenantId, GUID, GUID.toLowerCase()],
  ] as [string, (text: string) => unknown, string, unknown][])('%s is read', (_name, read, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each([
    ['limit', limit, ['0', '-1', '1.5', 'all', '1000001', '']],
    ['duration', duration, ['90', '1 h', 'h', '-1h', '1w']],
    ['rate', rate, ['0', '0/s', '-1/s', '20/m', 'fast']],
    ['ramp', ramp, ['', '0', '1,,2', '1,x', '1.5', Array.from({ length: 101 }, () => '1').join(',')]],
    ['share', share, ['-0.1', '1.1', '20%', '']],
    ['tenant', tenantId, ['', 'contoso.onmicrosoft.com', `{${GUID}}`]],
  ] as [string, (text: string) => unknown, string[]][])('%s that is none is refused', (_name, read, texts) => {
    for (const text of texts) expect(() => read(text), text).toThrow('It must be');
  });
});
