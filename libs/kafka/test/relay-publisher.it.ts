import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PublishError, RelayPublisher, type OutgoingRecord } from '#kafka';
import { newTopic, readTopic, recordingLog, settings, uniqueName } from './support.js';

interface Setup {
  topics: { created: string; rejected: string; deadLetter: string };
  groupId: string;
  open(ledgerId?: string): RelayPublisher;
}

async function setup(): Promise<Setup> {
  const topics = {
    created: await newTopic({ partitions: 3 }),
    rejected: await newTopic(),
    deadLetter: await newTopic({ config: { 'max.message.bytes': '1114124' } }),
  };
  const groupId = uniqueName('relay');
  const maxMessageBytes = new Map([[topics.deadLetter, 1_114_124]]);
  const log = recordingLog();
  const open = (ledgerId = 'ledger-a') =>
    new RelayPublisher({ settings, log, groupId, ledgerId, topics, maxMessageBytes });
  return { topics, groupId, open };
}

function record(topic: string, value: string | Buffer | null, more: Partial<OutgoingRecord> = {}): OutgoingRecord {
  return { topic, key: Buffer.from('k'), value: value === null ? null : Buffer.from(value), headers: [], ...more };
}

async function failure(work: Promise<unknown>): Promise<PublishError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof PublishError) return error;
  throw new Error(`Expected a PublishError, got ${String(error)}`);
}

describe('RelayPublisher on a real broker', () => {
  it('begins without a marker and finds the id of the last batch when it begins again', async () => {
    const { topics, open } = await setup();
    const first = open();
    expect(await first.begin(1n)).toEqual({ marker: null });
    await first.publish(4_611_686_018_427_387_903n, [record(topics.created, 'a'), record(topics.rejected, 'b')]);
    await first.close();
    const second = open();
    const marker = { offset: 4_611_686_018_427_387_903n, ledgerId: 'ledger-a', term: 1n };
    expect(await second.begin(2n)).toEqual({ marker });
    expect((await second.readMarkers()).term).toEqual({ offset: 2n, ledgerId: 'ledger-a', term: 2n });
    await second.close();
  });

  it('keeps keys, tombstones, duplicate and empty headers, and sends null headers empty', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    const headers = [
      ['a', Buffer.from('1')],
      ['__proto__', Buffer.from('2')],
      ['a', null],
      ['7', Buffer.from([0xff])],
      ['constructor', Buffer.from('c')],
    ] as const;
    await relay.publish(1n, [record(topics.deadLetter, null, { key: null, headers })]);
    const [read] = await readTopic(topics.deadLetter, 1);
    expect(read).toMatchObject({ key: null, value: null });
    expect([...(read?.headers ?? [])].sort(([a], [b]) => a.localeCompare(b))).toEqual([
      ['__proto__', Buffer.from('2')],
      ['7', Buffer.from([0xff])],
      ['a', Buffer.from('1')],
      ['a', Buffer.alloc(0)],
      ['constructor', Buffer.from('c')],
    ]);
    await relay.close();
  });

  it('publishes two records of 600 KiB at once although the topic takes 1 MiB', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    const big = randomBytes(600 * 1024);
    await relay.publish(1n, [record(topics.created, big), record(topics.created, big)]);
    expect(await readTopic(topics.created, 2)).toHaveLength(2);
    await relay.close();
  });

  it('writes a record above the limit when gzip makes it fit', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    await relay.publish(1n, [record(topics.deadLetter, Buffer.alloc(5 * 1024 * 1024, 7))]);
    const [read] = await readTopic(topics.deadLetter, 1);
    expect(read?.value?.length).toBe(5 * 1024 * 1024);
    await relay.close();
  });

  it('names the topic of a record that can never be written, and nothing of its batch is readable', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    const tooLarge = record(topics.rejected, randomBytes(2 * 1024 * 1024));
    const error = await failure(relay.publish(1n, [record(topics.created, 'lost'), tooLarge]));
    expect(error).toMatchObject({ retriable: false, fault: 'record', topic: topics.rejected });
    expect((await failure(relay.publish(1n, []))).cause).toMatchObject({ message: 'begin() comes first' });
    expect(await relay.begin(2n)).toEqual({ marker: null });
    await relay.publish(2n, [record(topics.created, 'kept')]);
    const [only] = await readTopic(topics.created, 1);
    expect(only?.value?.toString()).toBe('kept');
    await relay.close();
  });

  it('says that a topic is at fault when it does not exist', async () => {
    const { open } = await setup();
    const relay = open();
    await relay.begin(1n);
    const error = await failure(relay.publish(1n, [record(uniqueName('nowhere'), 'x')]));
    expect(error).toMatchObject({ retriable: true, fault: 'topic' });
    await relay.close();
  });

  it('fences the relay before it: its next publish fails and leaves nothing behind', async () => {
    const { topics, open } = await setup();
    const [old, young] = [open(), open()];
    await old.begin(1n);
    await old.publish(10n, [record(topics.created, 'old')]);
    expect((await young.begin(2n)).marker?.offset).toBe(10n);
    expect(await failure(old.publish(11n, [record(topics.created, 'zombie')]))).toMatchObject({ retriable: true });
    await young.publish(20n, [record(topics.created, 'young')]);
    expect((await readTopic(topics.created, 2)).map(({ value }) => value?.toString()).sort()).toEqual(['old', 'young']);
    expect((await young.readMarkers()).batch?.offset).toBe(20n);
    await Promise.all([old.close(), young.close()]);
  });

  it('commits the marker anew when idle and straight after a batch', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    await relay.publish(5n, [record(topics.created, 'x')]);
    for (let i = 0; i < 40; i++) await relay.touchMarker(5n);
    expect((await relay.readMarkers()).batch?.offset).toBe(5n);
    await relay.close();
  });

  it('shows a marker that another ledger left', async () => {
    const { topics, open } = await setup();
    const theirs = open('ledger-b');
    await theirs.begin(1n);
    await theirs.publish(9n, [record(topics.created, 'x')]);
    await theirs.close();
    const { batch, term } = await open('ledger-a').readMarkers();
    expect([batch?.ledgerId, term?.ledgerId]).toEqual(['ledger-b', 'ledger-b']);
  });

  it('publishes batch after batch without the 300 ms waits of the default retry time', async () => {
    const { topics, open } = await setup();
    const relay = open();
    await relay.begin(1n);
    const times: number[] = [];
    for (let i = 1; i <= 60; i++) {
      const start = performance.now();
      await relay.publish(BigInt(i), [record(topics.created, 'x'), record(topics.rejected, 'y')]);
      times.push(performance.now() - start);
    }
    times.sort((a, b) => a - b);
    console.info(`relay batch p50 ${times[30]?.toFixed(1)} ms, p95 ${times[57]?.toFixed(1)} ms`);
    expect(times[57]).toBeLessThan(200);
    await relay.close();
  });
});
