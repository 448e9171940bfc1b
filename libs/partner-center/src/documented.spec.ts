import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CreateAnswer, NotFound, QueryAnswer } from './answers.js';
import { OPERATIONS } from './calls.js';
import { CLOUDS } from './clouds.js';
import { CREATE_CODES } from './error-table.js';
import { requestHeaders } from './headers.js';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/partner-center.md'), 'utf8');

/** The rows of the table below a heading, as cells without their backticks. */
function rowsOf(heading: string): string[][] {
  const section = page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
}

const namesOf = (heading: string) => rowsOf(heading).flatMap(([name]) => (name ?? '').split(', '));
const CREATE_KINDS: Record<CreateAnswer['kind'], true> = {
  created: true,
  contradicted: true,
  refused: true,
  'refused-maybe-created': true,
  'domain-taken': true,
  unclear: true,
  throttled: true,
  'not-sent': true,
  'token-failed': true,
  'account-refused': true,
  held: true,
};
const QUERY_KINDS: Record<(QueryAnswer<unknown> | NotFound)['kind'], true> = {
  answered: true,
  'not-found': true,
  failed: true,
  throttled: true,
  'not-sent': true,
  'token-failed': true,
  'account-refused': true,
};

describe('docs/partner-center.md', () => {
  it('has every operation, header, kind of answer and cloud, and no other', () => {
    const headers = requestHeaders({ body: '{}', continuationToken: 'x' }, 't', { requestId: 'r', correlationId: 'c' });
    expect(namesOf('Operations')).toEqual([...OPERATIONS]);
    expect(namesOf('Request headers').sort()).toEqual(headers.filter((_, at) => at % 2 === 0).sort());
    expect(namesOf('Answers to `customers.create`').sort()).toEqual(Object.keys(CREATE_KINDS).sort());
    expect(namesOf('Answers to reads').sort()).toEqual(Object.keys(QUERY_KINDS).sort());
    expect(namesOf('Clouds')).toEqual([...CLOUDS]);
  });

  it('has every class of codes', () => {
    const table = rowsOf('Answers to `customers.create`').join('\n');
    for (const name of new Set(Object.values(CREATE_CODES).map((code) => code.class))) {
      expect(table).toMatch(new RegExp(`class ${name}\\b`));
    }
  });

  const tables = ['Operations', 'Request headers', 'Answers on the wire', 'Answers to `customers.create`'];
  it.each([...tables, 'Answers to reads', 'Clouds', 'Tokens'])(
    'names a test that exists in each row of %s',
    (heading) => {
      const rows = rowsOf(heading);
      expect(rows.length).toBeGreaterThan(0);
      const without = rows.filter(
        (row) => !/\.(spec|it)\.ts$/.test(row.at(-1) ?? '') || !existsSync(join(root, row.at(-1)!)),
      );
      expect(without).toEqual([]);
    },
  );
});
