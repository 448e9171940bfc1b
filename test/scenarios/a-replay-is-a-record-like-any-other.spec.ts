import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plans, letterOf, replayIds } from '../support/replays.js';
import { ask, startWorld, untilCreated, untilLetter } from '../support/world.js';

// Replays go through Kafka: another consumer group reads the same topic, records are large and odd, and the topic that one of
// them names is not there for a while.
let system: OnboardingSystem;
let plans: Plans;

beforeAll(async () => {
  system = await startWorld();
  plans = new Plans(system);
});
afterAll(async () => {
  await plans.close();
  await system.stop();
});

it('goes to nobody but the consumer group that it names', async () => {
  const shared = { TOPIC_CUSTOMER_REQUESTED: system.topics.requested };
  const neighbour = await OnboardingSystem.start({
    ...{ brokers: system.log.brokers, databaseUrl: system.settings['DATABASE_URL'] ?? '', settings: shared },
  });
  try {
    await neighbour.startWorker();
    const otherGroup = neighbour.settings['KAFKA_GROUP_ID'] ?? '';
    const plan = await plans.start(
      [letterOf(system, requestRecord('ours')), letterOf(system, requestRecord('theirs'), { group: otherGroup })],
      {
        ramp: [2],
      },
    );
    await untilCreated(system, ['ours']);
    await untilCreated(neighbour, ['theirs']);
    await eventually(async () => expect(await plans.letters(plan)).toEqual(['created', 'nothing']), {
      what: 'our letter, and theirs to be skipped',
    });
    expect((await plans.until(plan, 'done')).letters).toEqual({ created: 1, nothing: 1 });
    expect((await system.created()).has('theirs')).toBe(false);
    expect((await neighbour.created()).has('ours')).toBe(false);
  } finally {
    await neighbour.stop();
  }
});

it('sends large and odd records byte for byte', async () => {
  const odd = {
    ...{ key: Buffer.from([0, 255, 254]), value: randomBytes(900 * 1024) },
    headers: { twice: [Buffer.from([255]), Buffer.from('2')], ce_correlationid: 'odd', empty: Buffer.alloc(0) },
  };
  const plan = await plans.start([letterOf(system, odd, { correlationId: 'odd' })]);
  await plans.until(plan, 'done');
  const sent = (await system.read('requested')).find(({ headers }) => headers['replay-id'] === replayIds(plan, 1)[0]);
  expect(sent?.key?.equals(odd.key)).toBe(true);
  expect(sent?.value?.equals(odd.value)).toBe(true);
  const headers = sent?.headerList.filter(([name]) => !name.startsWith('replay-')) ?? [];
  expect(headers.toSorted(([a], [b]) => (a < b ? -1 : 1))).toEqual([
    ['ce_correlationid', Buffer.from('odd')],
    ['empty', Buffer.alloc(0)],
    ['twice', Buffer.from([255])],
    ['twice', Buffer.from('2')],
  ]);
  const again = await untilLetter(system, 'odd');
  expect(again.headers).toMatchObject({ 'dead-letter-code': 'EVENT_UNDECODABLE', 'dead-letter-replays': '1' });
});

it('holds back only replays while the topic of one is not there', async () => {
  const missing = `${system.topics.requested}.moved`;
  const replay = `INSERT INTO outbox (kind, topic, value, original_headers, headers) VALUES ('replay', '${missing}', 'moved', '[]', '[]')`;
  await system.query(replay);
  const plan = await plans.start([letterOf(system, requestRecord('beside'))]);
  await ask(system, ['of a request']);
  await untilCreated(system, ['beside', 'of a request'], 60_000);
  await eventually(async () => expect(await plans.letters(plan)).toEqual(['created']), {
    what: 'the outcome of the other',
  });
  await system.log.createTopic(missing, 1);
  const moved = await eventually(
    async () => {
      const records = await system.log.readAll(missing);
      return records.length > 0 && records;
    },
    { what: 'the replay on its topic', timeoutMs: 60_000, intervalMs: 250 },
  );
  expect(moved.map(({ value }) => String(value))).toEqual(['moved']);
});

it('is not sent where the workers read nothing', async () => {
  const elsewhere = `${system.topics.requested}.elsewhere`;
  const plan = await plans.start([letterOf(system, requestRecord('elsewhere'), { topic: elsewhere })]);
  expect(await plans.until(plan, 'stopped')).toMatchObject({
    reason: `its letters go to the topic ${elsewhere}, which the workers do not read`,
    letters: { waiting: 1 },
  });
});
