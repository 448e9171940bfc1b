import { decodeRecord, type IncomingRecord } from '#events';

/*
 * CPU of decoding one record between Kafka and the ledger, without any I/O: µs a record, best and median of the rounds.
 * Run after `npm run build`: npx node bench/decode.ts
 */

const ROUNDS = 15;
const RECORDS_A_ROUND = 10_000;
const options = { groupId: 'customer-onboarding', checkRules: () => [] };

const record: IncomingRecord = {
  topic: 'onboarding.customer-requested',
  partition: 0,
  offset: 1n,
  timestampMs: 0,
  key: Buffer.from('001A000001'),
  value: Buffer.from(
    JSON.stringify({
      customerReference: '001A000001',
      companyProfile: { domain: 'northbakery42.onmicrosoft.com' },
      billingProfile: {
        email: 'ops@northbakery.example',
        culture: 'en-US',
        language: 'en',
        companyName: 'North Bakery',
        defaultAddress: {
          country: 'US',
          city: 'Buffalo',
          state: 'NY',
          addressLine1: '123 Main Street',
          postalCode: '14203',
          firstName: 'Gena',
          lastName: 'Ray',
          phoneNumber: '7165550100',
        },
      },
    }),
  ),
  headers: [
    ['ce_specversion', Buffer.from('1.0')],
    ['ce_type', Buffer.from('com.example.crm.CustomerRequested.v1')],
    ['ce_id', Buffer.from('5f0c9a52-6a0e-4d7e-9a3e-2f8f3b0f3f10')],
    ['ce_source', Buffer.from('/crm')],
    ['ce_correlationid', Buffer.from('0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d')],
    ['content-type', Buffer.from('application/json')],
    ['traceparent', Buffer.from('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01')],
  ],
};

function microsecondsPerRecord(): number {
  const before = process.cpuUsage();
  for (let i = 0; i < RECORDS_A_ROUND; i += 1) {
    if (decodeRecord(record, options).kind !== 'request') throw new Error('the sample record was refused');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / RECORDS_A_ROUND;
}

const rounds = Array.from({ length: ROUNDS }, microsecondsPerRecord).sort((a, b) => a - b);
console.log(
  `decodeRecord: best ${rounds[0]?.toFixed(1)} µs, median ${rounds[ROUNDS >> 1]?.toFixed(1)} µs of CPU a record`,
);
