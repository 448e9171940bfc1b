/**
 * What the demo's CRM sends, and what must come of each record. The rest of the demo only plays this and compares.
 */
import { type CrmRecord, requestRecord } from '#testing';
import { type Customer, customer, customerIn, recordOf } from './crm.ts';

/** What a record must end as: a tenant, a dead letter of that code, or nothing at all. */
export type Fate = { kind: 'tenant' } | { kind: 'dead-letter'; code: string } | { kind: 'nothing' };

export interface Sent {
  record: CrmRecord;
  /** Null where the record has none. */
  correlationId: string | null;
  domain: string | null;
  fate: Fate;
  /** A line of the report that counts it. */
  what: string;
}

export interface Story {
  waves: Sent[][];
  /** Their create call makes the tenant and then loses its answer. */
  lostAnswers: Sent[];
  takenDomain: string;
}

const WAVES = 12;
const WAVE_SIZE = 25;
/** Nothing goes wrong before them: their times show the system undisturbed. */
const QUIET_WAVES = 3;
const REPEATED_EACH_WAVE = 2;

/** 12 waves of 25 customers, with two duplicates each from the second on, and one record of each kind of trouble. */
export function tellStory(): Story {
  const waves = Array.from({ length: WAVES }, (_, wave) =>
    Array.from({ length: WAVE_SIZE }, (_, i) => good(wave * WAVE_SIZE + i)),
  );
  const customers = waves.flat();
  const lostAnswers = customers.filter((_, n) => n >= QUIET_WAVES * WAVE_SIZE && n % WAVE_SIZE === 5);
  for (const [index, wave] of waves.entries()) {
    const before = waves[index - 1]?.slice(3, 3 + REPEATED_EACH_WAVE) ?? [];
    wave.push(
      ...before.map((sent) => ({ ...sent, fate: { kind: 'nothing' as const }, what: 'the same request again' })),
    );
  }
  const taken = customerIn('NL', 200);
  const trouble = [...invalid(), ...strange(customers[2] as Sent), domainTaken(taken)];
  for (const [index, sent] of trouble.entries()) waves[1 + (index % (WAVES - 1))]?.push(sent);
  return { waves, lostAnswers, takenDomain: taken.data.companyProfile.domain };
}

function good(n: number): Sent {
  const asked = customer(n);
  return asRequest(asked, recordOf(asked, n), { kind: 'tenant' }, 'customers');
}

function invalid(): Sent[] {
  let round = 100;
  const wrong = (country: string, code: string, change: (data: Customer['data']) => void): Sent => {
    const asked = customerIn(country, (round += 1));
    change(asked.data);
    return refused(asked, requestRecord(asked.correlationId, asked.data), code, 'invalid requests');
  };
  return [
    wrong('FR', 'EVENT_INVALID', ({ billingProfile }) => delete billingProfile['email']),
    wrong('GB', 'EVENT_INVALID', ({ billingProfile }) => (billingProfile.defaultAddress['addressLine1'] = 12)),
    wrong('ES', 'RULE_VIOLATION', ({ billingProfile }) => (billingProfile.defaultAddress['country'] = 'ZZ')),
    wrong('US', 'RULE_VIOLATION', ({ billingProfile }) => delete billingProfile.defaultAddress['state']),
    wrong('DE', 'RULE_VIOLATION', ({ billingProfile }) => (billingProfile.defaultAddress['postalCode'] = '8033')),
    wrong('IT', 'RULE_VIOLATION', ({ companyProfile }) => (companyProfile.domain = 'caffe-peru.example')),
    wrong('BR', 'RULE_VIOLATION', ({ companyProfile }) => delete companyProfile['organizationRegistrationNumber']),
    // Too short: only the service knows that.
    wrong('IN', 'PARTNER_CENTER_600050', ({ companyProfile }) => {
      companyProfile['organizationRegistrationNumber'] = '12';
    }),
  ];
}

/** A poison record, a tombstone, a record without an id, a reused id, and an event that is none of ours. */
function strange(other: Sent): Sent[] {
  const nobody = { correlationId: null, domain: null };
  const { headers } = requestRecord('x');
  const withoutId = { ...headers };
  delete withoutId['ce_correlationid'];
  const reused = customerIn('JP', 200);
  const id = other.correlationId ?? '';
  const poison = { key: null, value: Buffer.from([0xff, 0xfe, 0x00, 0x7b, 0xc3, 0x28]), headers: {} };
  return [
    { ...nobody, record: poison, fate: { kind: 'dead-letter', code: 'EVENT_UNDECODABLE' }, what: 'poison records' },
    {
      ...nobody,
      record: { key: 'gone', value: null, headers: {} },
      fate: { kind: 'dead-letter', code: 'EVENT_UNDECODABLE' },
      what: 'poison records',
    },
    {
      ...nobody,
      record: { key: null, value: JSON.stringify(customerIn('CH', 200).data), headers: withoutId },
      fate: { kind: 'dead-letter', code: 'CORRELATION_ID_MISSING' },
      what: 'invalid requests',
    },
    {
      ...refused(reused, requestRecord(id, reused.data), 'CORRELATION_ID_REUSED', 'an id that another customer has'),
      correlationId: id,
    },
    {
      ...nobody,
      record: { key: null, value: '{"changed":true}', headers: { ...headers, ce_type: 'CustomerUpdated' } },
      fate: { kind: 'nothing' },
      what: 'events of another type',
    },
  ];
}

function domainTaken(asked: Customer): Sent {
  const record = requestRecord(asked.correlationId, asked.data);
  return refused(asked, record, 'PARTNER_CENTER_27100', 'a domain that another company has');
}

function refused(asked: Customer, record: CrmRecord, code: string, what: string): Sent {
  return asRequest(asked, record, { kind: 'dead-letter', code }, what);
}

function asRequest({ correlationId, data }: Customer, record: CrmRecord, fate: Fate, what: string): Sent {
  return { record, correlationId, domain: data.companyProfile.domain, fate, what };
}
