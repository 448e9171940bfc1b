/**
 * The bare limit: a loop of the same POSTs, `concurrency` at once, and nothing else. Run as a process of its own so that
 * it has a CPU of its own like the worker has: node bench/limit.ts <url> <count> <concurrency> <prefix>
 */
import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { customerData } from '#testing';

const [url = '', count = '1000', concurrency = '100', prefix = 'limit'] = process.argv.slice(2);
const pool = new Pool(url, { connections: Number(concurrency), pipelining: 1 });

async function token(): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'c',
    client_secret: 's',
    resource: 'r',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const response = await pool.request({ path: '/t/oauth2/token', method: 'POST', headers, body: form.toString() });
  return ((await response.body.json()) as { access_token: string }).access_token;
}

const authorization = `Bearer ${await token()}`;
let next = 0;
async function lane(): Promise<void> {
  for (let n = next++; n < Number(count); n = next++) {
    const response = await pool.request({
      path: '/v1/customers',
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        'ms-requestid': randomUUID(),
        'ms-correlationid': randomUUID(),
      },
      body: JSON.stringify(customerData(`${prefix}${n}`)),
    });
    const text = await response.body.text();
    if (response.statusCode !== 201) throw new Error(`${response.statusCode}: ${text}`);
  }
}

const startedMs = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: Number(concurrency) }, lane));
const seconds = (performance.now() - startedMs) / 1_000;
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    perSecond: Number(count) / seconds,
    cpuPerThousand: (used.user + used.system) / 1e6 / (Number(count) / 1_000),
  }),
);
await pool.close();
