/** The queries of docs/runbook.md run on the ledger as it is, and change nothing. */
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLedger } from './support.js';

const text = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8');
const inOption = [...text.matchAll(/ledger -c "([^"]+)"/g)];
const inDocument = [...text.matchAll(/<<'SQL'\n([^]+?)\nSQL/g)].flatMap(([, sql = '']) =>
  [...sql.matchAll(/([^;]+);/g)].map((statement) => statement),
);
const inText = [...text.matchAll(/<<< "([^"]+)"/g)];
const queries = [...inOption, ...inDocument, ...inText].map((found) =>
  (found[1] ?? '').replaceAll(":'id'", "'x'").trim(),
);

let client: pg.Client;

beforeAll(async () => {
  const db = await openLedger();
  client = new pg.Client({ connectionString: db.settings.url, options: '-c default_transaction_read_only=on' });
  await db.close();
  await client.connect();
});

afterAll(() => client.end());

it('the runbook has queries', () => expect(queries.length).toBeGreaterThanOrEqual(9));

it.each(queries)('%s', async (query) => {
  await expect(client.query(query)).resolves.toBeDefined();
});
