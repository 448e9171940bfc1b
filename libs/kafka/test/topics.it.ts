import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { checkBrokerSupport, ensureTopics, MissingTopicsError, type TopicNames, type TopicsSpec } from '#kafka';
import { kafka, newTopic, recordingLog, settings, uniqueName } from './support.js';

function newNames(more: Partial<TopicNames> = {}): TopicNames {
  return {
    requested: uniqueName('requested'),
    created: uniqueName('created'),
    rejected: uniqueName('rejected'),
    deadLetter: uniqueName('dead-letter'),
    ...more,
  };
}

async function ensure(spec: Partial<TopicsSpec> & { names: TopicNames }, change = (admin: Admin): Admin => admin) {
  const admin = kafka().admin();
  await admin.connect();
  const log = recordingLog();
  try {
    const full = { createTopics: true, partitions: 3, replication: null, ...spec };
    return { report: await ensureTopics(change(admin), full, log), log };
  } finally {
    await admin.disconnect();
  }
}

/** How long these topics keep their records, by name. */
async function retentionOf(names: TopicNames): Promise<Record<string, string | undefined>> {
  const admin = kafka().admin();
  await admin.connect();
  try {
    const type = kafkajs.ConfigResourceTypes.TOPIC;
    const resources = Object.values(names).map((name) => ({ type, name, configNames: ['retention.ms'] }));
    const described = await admin.describeConfigs({ includeSynonyms: false, resources });
    return Object.fromEntries(described.resources.map((r) => [r.resourceName, r.configEntries[0]?.configValue]));
  } finally {
    await admin.disconnect();
  }
}

/** A broker that hears of topics late: it denies them the first times it is asked. */
function hearsLate(admin: Admin): Admin {
  const deniedFirst = <In, Out>(ask: (about: In) => Promise<Out>) => {
    const denials = ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'];
    return async (about: In): Promise<Out> => {
      const type = denials.shift();
      if (type === undefined) return ask(about);
      throw Object.assign(new Error('denied'), { type });
    };
  };
  const { describeConfigs, fetchTopicMetadata } = admin;
  return {
    ...admin,
    describeConfigs: deniedFirst(describeConfigs),
    fetchTopicMetadata: deniedFirst(fetchTopicMetadata),
  };
}

describe('topics on a real broker', () => {
  it('creates what is missing: dead letters with room for their headers', async () => {
    const names = newNames();
    const { report, log } = await ensure({ names });
    expect([...report.created].sort()).toEqual(Object.values(names).sort());
    expect(report.clusterId).toMatch(/^\S{10,}$/);
    expect(report.facts.requested).toEqual({ partitions: 3, maxMessageBytes: 1_048_588 });
    expect(report.facts.deadLetter.maxMessageBytes).toBe(1_048_588 + 65_536);
    expect((await ensure({ names })).report).toEqual({ ...report, created: [] });
    expect(log.lines.filter(({ level }) => level === 'warn')).toEqual([]);
  });

  it('keeps dead letters for ever and the rest 30 days', async () => {
    const names = newNames();
    await ensure({ names });
    const days30 = String(30 * 86_400_000);
    expect(await retentionOf(names)).toEqual({
      [names.requested]: days30,
      [names.created]: days30,
      [names.rejected]: days30,
      [names.deadLetter]: '-1',
    });
  });

  it.each([
    [1, 1],
    [null, -1],
  ])('asks for as many replicas as the setting says: %s', async (replication, replicationFactor) => {
    const asked: ITopicConfig[] = [];
    await ensure({ names: newNames(), replication }, ({ createTopics, ...admin }) => ({
      ...admin,
      createTopics: (request) => {
        asked.push(...request.topics);
        return createTopics(request);
      },
    }));
    expect(asked.map((topic) => topic.replicationFactor)).toEqual(Array(4).fill(replicationFactor));
  });

  it('survives eight workers that start at once', async () => {
    const names = newNames();
    const all = await Promise.all(Array.from({ length: 8 }, () => ensure({ names })));
    expect(all.flatMap(({ report }) => report.created).sort()).toEqual(Object.values(names).sort());
  });

  it('waits for topics that the broker has not heard of yet', async () => {
    const names = newNames();
    const { report } = await ensure({ names }, hearsLate);
    expect([...report.created].sort()).toEqual(Object.values(names).sort());
    expect(report.facts.deadLetter).toEqual({ partitions: 3, maxMessageBytes: 1_048_588 + 65_536 });
  });

  it('names every missing topic when it may not create them, and creates none', async () => {
    const names = newNames({ created: await newTopic() });
    const refused = ensure({ names, createTopics: false });
    await expect(refused).rejects.toThrow(MissingTopicsError);
    await expect(ensure({ names, createTopics: false })).rejects.toMatchObject({
      topics: [names.requested, names.rejected, names.deadLetter],
    });
  });

  it('warns of an existing topic that forgets in less than 14 days or takes too little', async () => {
    const requested = await newTopic({ config: { 'retention.ms': '3600000', 'max.message.bytes': '2000000' } });
    const deadLetter = await newTopic({ config: { 'retention.ms': '-1' } });
    const { log, report } = await ensure({ names: newNames({ requested, deadLetter }) });
    const warned = log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    expect(warned).toEqual([
      { topic: requested, retentionMs: 3_600_000 },
      { topic: deadLetter, maxMessageBytes: 1_048_588 },
    ]);
    expect(report.facts.requested.maxMessageBytes).toBe(2_000_000);
  });

  it('finds all it needs on the broker', async () => {
    await expect(checkBrokerSupport(settings)).resolves.toBeUndefined();
  });
});
