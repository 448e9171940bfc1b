import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIXED_CODES, partnerCenterCode, partnerCenterHttpCode, reasonOf } from './codes.js';

const PATTERNS = ['PARTNER_CENTER_<code>', 'PARTNER_CENTER_HTTP_<status>'];

/** First column of the table that follows a heading of docs/error-codes.md. */
function documentedUnder(heading: string): string[] {
  const text = readFileSync(new URL('../../../docs/error-codes.md', import.meta.url), 'utf8');
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([A-Z_]+(?:<\w+>)?)` *\|/gm)].map((row) => row[1] ?? '');
}

describe('docs/error-codes.md', () => {
  it('has each fixed code once, the two forms of codes of Partner Center, and no other', () => {
    const documented = documentedUnder('Codes of dead letters and CustomerRejected');
    expect([...documented].sort()).toEqual([...FIXED_CODES, ...PATTERNS].sort());
  });
});

describe('codes', () => {
  it('have the reason of contract 4', () => {
    expect(FIXED_CODES.map(reasonOf)).toEqual([
      'undecodable',
      'invalid',
      'invalid',
      'invalid',
      'invalid',
      'unresolved',
      'exhausted',
    ]);
    expect([partnerCenterCode(27100), partnerCenterHttpCode(409)].map(reasonOf)).toEqual(['rejected', 'rejected']);
  });

  it('take no foreign characters and have a bound', () => {
    expect(partnerCenterCode('27 100\n')).toBe('PARTNER_CENTER_27_100_');
    expect(partnerCenterCode('x'.repeat(500))).toHaveLength('PARTNER_CENTER_'.length + 64);
  });
});
