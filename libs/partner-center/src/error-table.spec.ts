import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { CREATE_CODES } from './error-table.js';

it('is told to operators: docs/error-codes.md has each code with its class, and no other', () => {
  const text = readFileSync(new URL('../../../docs/error-codes.md', import.meta.url), 'utf8');
  const rows = [...text.matchAll(/^\| (\d+) *\| ([a-z-]+) *\|/gm)].map(([, code, kind]) => `${code} ${kind}`);
  const known = Object.entries(CREATE_CODES).map(([code, entry]) => `${code} ${entry.class}`);
  expect(rows.sort()).toEqual(known.sort());
});
