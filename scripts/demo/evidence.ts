/** What the run left behind, read the way a stranger would: from the topics, the simulator's book and the logs. */
import type { KeyObject } from 'node:crypto';
import { compactDecrypt } from 'jose';
import type { BookTenant, JournalEntry, OnboardingSystem, ReadRecord, SimulatorSummary } from '#testing';
import type { Played } from './play.ts';
import type { Sent, Story } from './story.ts';

export interface CreatedEvent {
  eventId: string;
  correlationId: string;
  tenantId: string;
  domain: string;
  recovered: boolean;
  credentials: string;
  sealedCredentials: string | null;
  writtenAtMs: number;
}

export interface Evidence {
  sent: Sent[];
  played: Played;
  /** Calls whose answer was to be lost after the tenant was made, and those whose answer was. */
  lostAnswers: { wanted: number; happened: number };
  created: CreatedEvent[];
  /** Correlation ids of CustomerRejected. */
  rejected: string[];
  deadLetters: ReadRecord[];
  tenants: BookTenant[];
  summary: SimulatorSummary;
  creates: JournalEntry[];
  /** Sealed credentials that the recipient's key opens, and places where one of those passwords stands in clear. */
  passwords: { opened: number; inClear: string[] };
}

export async function gather(
  system: OnboardingSystem,
  { story, played, recipientKey }: { story: Story; played: Played; recipientKey: KeyObject },
): Promise<Evidence> {
  const { spent } = await system.simulator.control<{ spent: { hits: number }[] }>('GET', 'faults');
  const [createdRecords, rejectedRecords, deadLetters] = await Promise.all([
    system.read('created'),
    system.read('rejected'),
    system.read('deadLetter'),
  ]);
  const created = createdRecords.map(toCreatedEvent);
  const passwords = await openAll(created, recipientKey);
  const places: [string, string][] = [
    ...system.workers.map(({ process }, n): [string, string] => [
      `log of worker ${n + 1}`,
      process.stdout + process.stderr,
    ]),
    ...[...createdRecords, ...rejectedRecords, ...deadLetters].map((record): [string, string] => [
      'topics',
      textOf(record),
    ]),
  ];
  const inClear = places.filter(([, text]) => passwords.some((password) => text.includes(password)));
  return {
    sent: story.waves.flat(),
    played,
    lostAnswers: { wanted: story.lostAnswers.length, happened: spent.reduce((sum, { hits }) => sum + hits, 0) },
    created,
    rejected: rejectedRecords.map((record) => memberOf(record, 'correlationId')),
    deadLetters,
    tenants: await system.simulator.tenants(),
    summary: await system.simulator.summary(),
    creates: await system.simulator.journal('?operation=create'),
    passwords: { opened: passwords.length, inClear: [...new Set(inClear.map(([place]) => place))] },
  };
}

function toCreatedEvent(record: ReadRecord): CreatedEvent {
  const data = JSON.parse(String(record.value)) as Record<string, unknown>;
  const sealed = data['sealedCredentials'];
  return {
    eventId: record.headers['ce_id'] ?? '',
    correlationId: String(data['correlationId']),
    tenantId: String(data['tenantId']),
    domain: String(data['domain']),
    recovered: data['recovered'] === true,
    credentials: String(data['credentials']),
    sealedCredentials: typeof sealed === 'string' ? sealed : null,
    writtenAtMs: record.timestampMs,
  };
}

async function openAll(created: CreatedEvent[], key: KeyObject): Promise<string[]> {
  const sealed = created.flatMap(({ sealedCredentials }) => (sealedCredentials === null ? [] : [sealedCredentials]));
  return Promise.all(
    sealed.map(async (jwe) => {
      const { plaintext } = await compactDecrypt(jwe, key);
      return (JSON.parse(new TextDecoder().decode(plaintext)) as { password: string }).password;
    }),
  );
}

function textOf({ value, headers }: ReadRecord): string {
  return `${String(value)} ${JSON.stringify(headers)}`;
}

function memberOf(record: ReadRecord, name: string): string {
  return String((JSON.parse(String(record.value)) as Record<string, unknown>)[name]);
}
