/** Fills a ledger with finished onboardings by SQL, as if they had been made over the last weeks. */
import pg from 'pg';

export async function seedFinished(databaseUrl: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO onboarding (correlation_id, state, step, domain, country, digests, received_at, finished_at, attempts,
              attempts_total, claim, tenant_id, announcement, announcement_headers)
       SELECT 'seeded-' || n, 'created', 'create', 'seeded' || n || '.onmicrosoft.com', 'US', ARRAY[sha256(n::text::bytea)],
              now() - n * interval '1 second', now() - n * interval '1 second', 1, 1, 1, gen_random_uuid(),
              repeat('{"tenantId":"00000000"}', 20), '[]'
         FROM generate_series(1, $1) n`,
      [count],
    );
    await client.query(
      `INSERT INTO request_record (correlation_id, slot, topic, partition, record_offset, timestamp_ms, key, value, headers, data, digest)
       SELECT 'seeded-' || n, 0, 'seeded', 0, n, 0, NULL, convert_to(repeat('{"companyName":"North Bakery"}', 20), 'UTF8'), '[]',
              '{}', sha256(n::text::bytea)
         FROM generate_series(1, $1) n`,
      [count],
    );
    // As after weeks: no checkpoint or vacuum of the rows that were written just now runs beside what is measured.
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
