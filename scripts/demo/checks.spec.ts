import { describe, expect, it } from 'vitest';
import { checkAll } from './checks.ts';
import { customer, recordOf } from './crm.ts';
import type { CreatedEvent, Evidence } from './evidence.ts';
import { type Sent, tellStory } from './story.ts';

/** A run in which all went well, with what a test changes in it. */
function evidence(change: (evidence: Evidence) => void = () => undefined): Evidence {
  const sent = tellStory().waves.flat();
  const wanted = sent.filter(({ fate }) => fate.kind === 'tenant');
  const refused = sent.filter(({ fate }) => fate.kind === 'dead-letter');
  const created = wanted.map(announced);
  const createdIds = new Set(created.map(({ correlationId }) => correlationId));
  const clean = {
    sent,
    played: {
      sentAtMs: new Map(),
      throttle: { fromMs: 0, untilMs: 4_000 },
      killed: { callsUnderWay: 9, signal: 'SIGKILL' },
    },
    lostAnswers: { wanted: 9, happened: 9 },
    created,
    rejected: refused.flatMap(({ correlationId }) => correlationId ?? []).filter((id) => !createdIds.has(id)),
    deadLetters: refused.map(letter),
    tenants: created.map(({ tenantId, domain }) => ({ id: tenantId, domain })),
    summary: { surplusTenants: 0 },
    creates: [
      { status: 429, startedAt: 900, endedAt: 1_000 },
      { status: 201, startedAt: 1_400, endedAt: 1_600 },
      { status: 201, startedAt: 4_001, endedAt: 4_300 },
    ],
    passwords: { opened: created.length, inClear: [] },
  } as unknown as Evidence;
  change(clean);
  return clean;
}

function announced({ correlationId, domain }: Sent, n: number): CreatedEvent {
  const id = {
    eventId: `event-${n}`,
    correlationId: correlationId ?? '',
    tenantId: `tenant-${n}`,
    domain: domain ?? '',
  };
  return { ...id, recovered: false, credentials: 'sealed', sealedCredentials: 'jwe', writtenAtMs: 0 };
}

function letter({ record, fate, correlationId }: Sent): Evidence['deadLetters'][number] {
  const bytes = (part: Buffer | string | null) => (part === null ? null : Buffer.from(part));
  const headers = {
    'dead-letter-code': fate.kind === 'dead-letter' ? fate.code : '',
    ...(correlationId === null ? {} : { 'dead-letter-correlation-id': correlationId }),
  };
  const headerList = Object.entries({ ...record.headers, ...headers }).map(([name, value]): [string, Buffer] => [
    name,
    Buffer.from(String(value)),
  ]);
  const place = { partition: 0, offset: 0, timestampMs: 0, rawHeaders: {}, headerList: headerList.toReversed() };
  return { ...place, key: bytes(record.key), value: bytes(record.value), headers };
}

/** The first words of the promises that were broken. */
function broken(change: (evidence: Evidence) => void): string[] {
  return checkAll(evidence(change))
    .filter(({ faults }) => faults.length > 0)
    .map(({ promise }) => promise.split(' ').slice(0, 2).join(' '));
}

describe('checkAll', () => {
  it('finds nothing wrong with a run in which all went well', () => {
    expect(broken(() => undefined)).toEqual([]);
  });

  it.each<[string, (evidence: Evidence) => void, string[]]>([
    [
      'a request without an outcome',
      ({ created, passwords }) => {
        created.pop();
        passwords.opened -= 1;
      },
      ['No request'],
    ],
    ['a dead letter that is missing', ({ deadLetters }) => void deadLetters.pop(), ['No request', 'What cannot']],
    ['a second tenant of a domain', ({ tenants }) => void tenants.push(tenants[0]!), ['One correlation']],
    [
      'a tenant that nobody asked for',
      ({ tenants }) => {
        tenants.push({ ...tenants[0]!, domain: 'nobody.onmicrosoft.com' });
      },
      ['One correlation'],
    ],
    ['a surplus that only the service counts', ({ summary }) => (summary.surplusTenants = 1), ['One correlation']],
    [
      'an event that appears twice',
      ({ created, passwords }) => {
        created.push(created[0]!);
        passwords.opened += 1;
      },
      ['One CustomerCreated'],
    ],
    [
      'a second event with an id of its own',
      ({ created, passwords }) => {
        created.push({ ...created[0]!, eventId: 'another' });
        passwords.opened += 1;
      },
      ['One CustomerCreated'],
    ],
    [
      'an event that names another tenant',
      ({ created }) => (created[0]!.tenantId = 'tenant-9'),
      ['One CustomerCreated'],
    ],
    [
      'an event with the domain of another',
      ({ created }) => (created[0]!.domain = created[1]!.domain),
      ['One CustomerCreated'],
    ],
    [
      'a dead letter with other bytes',
      ({ deadLetters }) => (deadLetters[0]!.value = Buffer.from('{}')),
      ['What cannot'],
    ],
    [
      'a dead letter with another code',
      ({ deadLetters }) => (deadLetters[0]!.headers['dead-letter-code'] = 'X'),
      ['What cannot'],
    ],
    [
      'a dead letter with a header in other bytes',
      ({ deadLetters }) => (deadLetters[0]!.headerList.find(([name]) => name === 'ce_type')![1] = Buffer.from('x')),
      ['What cannot'],
    ],
    [
      'a dead letter without a header of its record',
      ({ deadLetters }) => {
        const { headerList } = deadLetters[0]!;
        headerList.splice(
          headerList.findIndex(([name]) => name === 'ce_type'),
          1,
        );
      },
      ['What cannot'],
    ],
    [
      'a dead letter with a header that nobody sent',
      ({ deadLetters }) => void deadLetters[0]!.headerList.push(['x', null]),
      ['What cannot'],
    ],
    ['an answer that should have been lost', ({ lostAnswers }) => (lostAnswers.happened -= 1), ['Trouble of']],
    ['a rejection that is missing', ({ rejected }) => void rejected.pop(), ['What cannot']],
    [
      'a rejection of a customer that has a tenant',
      ({ rejected, created }) => {
        rejected.push(created[0]!.correlationId);
      },
      ['What cannot'],
    ],
    [
      'a call while all were throttled',
      ({ creates }) => {
        creates.push({ ...creates[1]!, startedAt: 1_501 });
      },
      ['After a'],
    ],
    ['a throttling that hit nobody', ({ creates }) => void creates.shift(), ['After a']],
    ['a password that does not open', ({ passwords }) => (passwords.opened -= 1), ['Passwords are']],
    ['a password in a log', ({ passwords }) => void passwords.inClear.push('log of worker 1'), ['Passwords are']],
  ])('finds %s', (_, change, promises) => {
    expect(broken(change)).toEqual(promises);
  });

  it('finds a customer that trouble of the service has cost', () => {
    const change = ({ sent, created, deadLetters }: Evidence): void => {
      const victim = sent.find(({ correlationId }) => correlationId === created[0]?.correlationId) as Sent;
      deadLetters.push(letter({ ...victim, fate: { kind: 'dead-letter', code: 'ATTEMPTS_EXHAUSTED' } }));
    };
    expect(broken(change)).toEqual(['What cannot', 'Trouble of']);
  });
});

describe('customer', () => {
  it('has a domain and a correlation id of its own, and an event in one of three forms', () => {
    const customers = Array.from({ length: 300 }, (_, n) => customer(n));
    expect(new Set(customers.map(({ data }) => data.companyProfile.domain)).size).toBe(300);
    expect(new Set(customers.map(({ correlationId }) => correlationId)).size).toBe(300);
    const forms = customers.map((one, n) => recordOf(one, n).headers['content-type'] ?? 'none');
    expect(new Set(forms).size).toBe(3);
  });
});
