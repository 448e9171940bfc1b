/** Plans of real letters on a real topic: what is frozen, what is forecast, which bytes will be sent. */
import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type TopicReader, decodeHeaders } from '#kafka';
import { readAudit, readPlan, readPlanStatus, startPlan } from '#ledger';
import { checkRules } from '#partner-center';
import { customerData, requestRecord } from '#testing';
import { ReplayPlanner } from '../src/index.js';
import { ENDED, REQUESTS, WHO, fail, lettersOf, onboard, plannerOf, rowsOf } from './planning.js';
import { anotherAt, createTopic, openDesk } from './support.js';

describe('a plan of a mixed group', () => {
  it('says of each letter what its replay will do', async () => {
    await using desk = await openDesk();
    await onboard(desk, 'open', `state = 'open'`);
    await onboard(desk, 'created', `state = 'created', tenant_id = '${randomUUID()}', ${ENDED}`);
    await onboard(desk, 'refused', `state = 'rejected', code = 'PARTNER_CENTER_2007', ${ENDED}`);
    await onboard(desk, 'exhausted', `state = 'rejected', code = 'ATTEMPTS_EXHAUSTED', ${ENDED}`);
    await onboard(desk, 'unclear', `state = 'unresolved', unsettled = true, code = 'OUTCOME_UNRESOLVED', ${ENDED}`);
    const ids = ['open', 'created', 'refused', 'exhausted', 'unclear', 'unknown'];
    for (const [minute, id] of ids.entries()) await fail(desk, id, minute);
    await fail(desk, 'invalid', 6, {
      value: JSON.stringify({ ...customerData('a'), companyProfile: {} }),
      code: 'EVENT_INVALID',
    });
    await fail(desk, 'rule', 7, { value: JSON.stringify(customerData('a', { domain: 'no domain' })) });
    await fail(desk, 'other-group', 8, { consumerGroup: 'audit' });
    await desk.log.write(desk.topic, [{ key: null, value: 'foreign', headers: {}, partition: 0 }]);
    const { plan, total, forecast } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect(total).toBe(10);
    expect(forecast).toEqual({ create: 2, announceAgain: 1, reconcile: 1, failAgain: 3, nothing: 3 });
    expect(await lettersOf(desk, plan)).toEqual({
      '0:0': 'nothing: being worked on now',
      '0:1': expect.stringMatching(/^announceAgain: /) as string,
      '0:2': 'failAgain: unchanged cause: was rejected with PARTNER_CENTER_2007',
      '0:3': expect.stringMatching(/^create: .*was ATTEMPTS_EXHAUSTED/) as string,
      '0:4': expect.stringMatching(/^reconcile: unresolved/) as string,
      '0:5': expect.stringMatching(/^create: .*no onboarding yet/) as string,
      '0:6': expect.stringMatching(/^failAgain: still invalid: EVENT_INVALID, companyProfile.domain /) as string,
      '0:7': expect.stringMatching(/^failAgain: still invalid: RULE_VIOLATION, companyProfile.domain /) as string,
      '0:8': expect.stringMatching(/^nothing: it failed in the consumer group audit/) as string,
      '0:9': expect.stringMatching(/^nothing: this system did not write/) as string,
    });
    expect(await readPlanStatus(desk.db, plan)).toEqual({
      ...{ plan, state: 'planned', total: 10, waiting: 7, sent: 0, open: 0, created: 0, announced: 0, failed: 0 },
      ...{ nothing: 3, asForecast: 3, reason: null },
    });
  });

  it('asks the rules that the workers told', async () => {
    await using desk = await openDesk();
    const data = { ...customerData('reseller'), associatedPartnerId: randomUUID() };
    await fail(desk, 'reseller', 0, { value: JSON.stringify(data) });
    const before = await plannerOf(desk).plan({ all: true }, { who: WHO });
    await desk.db.query(`INSERT INTO rules_in_force (cloud, has_user_auth) VALUES ('global', false)`);
    const after = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect([before.forecast.create, after.forecast.failAgain]).toEqual([1, 1]);
    await desk.db.query(`UPDATE rules_in_force SET cloud = 'china', has_user_auth = true`);
    const { plan } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect(await lettersOf(desk, plan)).toMatchObject({
      '0:0': expect.stringMatching(/RULE_VIOLATION, companyProfile.domain/) as string,
    });
  });
});

describe('what was selected', () => {
  it('is frozen: a letter that arrives later is not in the plan', async () => {
    await using desk = await openDesk();
    await fail(desk, 'a', 0);
    const planner = plannerOf(desk);
    const { plan, total } = await planner.plan({ code: 'ATTEMPTS_EXHAUSTED' }, { who: WHO });
    await fail(desk, 'b', 1);
    expect([total, (await planner.letters(plan, 10)).letters.length]).toEqual([1, 1]);
    expect((await planner.plan({ code: 'ATTEMPTS_EXHAUSTED' }, { who: WHO })).total).toBe(2);
  });

  it('is frozen: a letter that another process brings in while the plan is made is not in it', async () => {
    await using desk = await openDesk();
    await using other = await anotherAt(desk);
    await fail(desk, 'a', 0);
    await desk.letters.catchUp();
    // The planner asks for the bounds twice: to bring the projection up to date, and to read the letters of the plan.
    let asked = 0;
    const bounds: TopicReader['bounds'] = async (topic) => {
      const found = await desk.reader.bounds(topic);
      if (++asked === 2) {
        await fail(desk, 'b', 1);
        await other.letters.catchUp();
      }
      return found;
    };
    const read: TopicReader['read'] = (...where) => desk.reader.read(...where);
    const reader = { bounds, read } as TopicReader;
    const { plan } = await new ReplayPlanner({ ...desk.parts, reader, checkRules }).plan({ all: true }, { who: WHO });
    expect(asked).toBe(2);
    expect(await lettersOf(desk, plan)).toEqual({ '0:0': expect.stringMatching(/^create/) as string });
  });

  it('is sent in the order of the failures, whatever partition they are on, and read page by page', async () => {
    await using desk = await openDesk();
    await fail(desk, 'third', 3, { partition: 0 });
    await fail(desk, 'first', 1, { partition: 1 });
    await fail(desk, 'second', 2, { partition: 0 });
    const planner = plannerOf(desk);
    const { plan } = await planner.plan({ all: true }, { who: WHO });
    const page = await planner.letters(plan, 2);
    expect(page.letters.map(({ id, n }) => [id, n])).toEqual([
      ['1:0', 1],
      ['0:1', 2],
    ]);
    const rest = await planner.letters(plan, 2, page.next!);
    expect([rest.letters.map(({ id }) => id), rest.next]).toEqual([['0:0'], null]);
  });

  it('holds one letter of each onboarding, the newest that is ours', async () => {
    await using desk = await openDesk();
    await fail(desk, 'twice', 5, { partition: 0 });
    await fail(desk, 'twice', 4, { partition: 1 });
    await fail(desk, 'twice', 9, { partition: 1, consumerGroup: 'audit' });
    const { plan } = await plannerOf(desk).plan({ correlationId: 'twice' }, { who: WHO });
    expect(await lettersOf(desk, plan)).toMatchObject({
      '0:0': expect.stringMatching(/^create/) as string,
      '1:0': 'nothing: a newer letter of this onboarding, 0:0, is in the plan',
      '1:1': expect.stringMatching(/consumer group audit/) as string,
    });
  });

  it('holds every letter of which nobody knows the onboarding', async () => {
    await using desk = await openDesk();
    const unknown = { correlationId: null, value: 'not JSON', headers: {}, code: 'EVENT_UNDECODABLE' } as const;
    for (const minute of [1, 2, 3]) await fail(desk, 'unknown', minute, { ...unknown, partition: minute % 2 });
    const { forecast } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect(forecast).toMatchObject({ failAgain: 3, nothing: 0 });
  });

  it('is what was read: where the topic has another letter in its place there is no plan', async () => {
    await using desk = await openDesk();
    await fail(desk, 'a', 0);
    await fail(desk, 'b', 1);
    await desk.letters.catchUp();
    await desk.db.query(`UPDATE dead_letter SET digest = sha256('another letter') WHERE record_offset = 0`);
    await expect(plannerOf(desk).plan({ all: true }, { who: WHO })).rejects.toThrow(/Letter 0:0 is another one/);
    expect((await desk.db.query(`SELECT 1 FROM replay_plan`)).rows).toEqual([]);
  });

  it('says how often it was replayed: a start without force asks that', async () => {
    await using desk = await openDesk();
    await fail(desk, 'often', 0, { replays: 3 });
    const { plan } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    const options = { rate: null, ramp: [1], stopAt: 1, force: false };
    expect(await startPlan(desk.db, plan, options, WHO)).toMatchObject({ code: 'LETTERS_REPLAYED_OFTEN' });
  });

  it('must be said: nothing selected is a mistake, and leaves no plan', async () => {
    await using desk = await openDesk();
    await fail(desk, 'a', 0);
    await expect(plannerOf(desk).plan({}, { who: WHO })).rejects.toThrow(/selection must be given/);
    expect((await desk.db.query(`SELECT 1 FROM replay_plan`)).rows).toEqual([]);
  });

  it('is found among many others that are passed over', async () => {
    await using desk = await openDesk();
    await desk.log.write(
      desk.topic,
      Array.from({ length: 1_500 }, () => ({ key: null, value: 'x', headers: {}, partition: 0 })),
    );
    await fail(desk, 'after many', 0);
    await desk.log.write(
      desk.topic,
      Array.from({ length: 300 }, () => ({ key: null, value: 'x', headers: {}, partition: 0 })),
    );
    await fail(desk, 'after some', 1);
    const ids = [
      { partition: 0, offset: 3n },
      { partition: 0, offset: 1500n },
      { partition: 0, offset: 1801n },
    ];
    const { plan } = await plannerOf(desk).plan({ ids }, { who: WHO });
    expect(Object.keys(await lettersOf(desk, plan)).sort()).toEqual(['0:1500', '0:1801', '0:3']);
    const sent = (await rowsOf(desk, plan)).flatMap(({ key }) => (key === null ? [] : [key.toString()]));
    expect(sent).toEqual(['after many', 'after some']);
    const whole = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect([whole.total, whole.forecast]).toMatchObject([1_802, { create: 2, nothing: 1_800 }]);
    expect(await rowsOf(desk, whole.plan)).toHaveLength(1_802);
  });
});

describe('the bytes that will be sent', () => {
  it('are those of the letter, binary ones and a megabyte too', async () => {
    await using desk = await openDesk();
    const big = JSON.stringify({ ...customerData('big'), padding: 'x'.repeat(1_000_000) });
    await fail(desk, 'big', 0, { value: big, partition: 0 });
    const headers = { ce_specversion: '1.0', ce_type: 'CustomerRequested', binary: Buffer.from([0, 255, 1]) };
    await fail(desk, 'binary', 1, { value: Buffer.from([0xff, 0x00, 0xfe]), headers, partition: 1 });
    await fail(desk, 'tombstone', 2, { value: null, headers, partition: 1 });
    const { plan, forecast } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect(forecast).toMatchObject({ create: 1, failAgain: 2 });
    const [first, second, third] = await rowsOf(desk, plan);
    expect(first!.value!.equals(Buffer.from(big))).toBe(true);
    expect([first!.key!.toString(), first!.topic, first!.edited]).toEqual(['big', REQUESTS, false]);
    expect([second!.value, third!.value]).toEqual([Buffer.from([0xff, 0x00, 0xfe]), null]);
    const sent = decodeHeaders(second!.headers!);
    expect(sent).toContainEqual(['binary', Buffer.from([0, 255, 1])]);
    expect(sent).toContainEqual(['replay-id', Buffer.from(`${plan}/2`)]);
    expect(sent.filter(([name]) => name.startsWith('dead-letter-'))).toEqual([]);
  });

  it('are the edited ones where a patch changes the data, and the edit is forecast', async () => {
    await using desk = await openDesk();
    const without = { ...customerData('edited'), companyProfile: {} };
    await fail(desk, 'edited', 0, { value: JSON.stringify(without), code: 'EVENT_INVALID' });
    await fail(desk, 'not JSON', 1, { value: 'not JSON', code: 'EVENT_UNDECODABLE' });
    const patch = { companyProfile: { domain: 'corrected.onmicrosoft.com' } };
    const planner = plannerOf(desk);
    const preview = await planner.previewEdit(0, 0n, patch);
    expect(preview).toEqual({
      diff: [{ path: 'companyProfile.domain', old: null, new: '"corrected.onmicrosoft.com"' }],
      verdict: { ok: true, code: null, fields: [], message: 'valid' },
    });
    const { plan, forecast } = await planner.plan({ all: true }, { patch, who: WHO });
    expect(forecast).toMatchObject({ create: 1, failAgain: 1 });
    const [first, second] = await rowsOf(desk, plan);
    expect(JSON.parse(first!.value!.toString())).toEqual({ ...without, ...patch });
    expect([first!.edited, second!.edited, second!.value!.toString()]).toEqual([true, false, 'not JSON']);
    expect(decodeHeaders(first!.headers!)).toContainEqual(['replay-edited', Buffer.from('true')]);
    expect(await readPlan(desk.db, plan)).toMatchObject({ patch, selection: { all: true }, madeBy: WHO });
  });

  it('are refused a patch of the correlation id', async () => {
    await using desk = await openDesk();
    await expect(plannerOf(desk).plan({ all: true }, { patch: { correlationId: 'b' }, who: WHO })).rejects.toThrow(
      /locked/,
    );
  });

  it('are not kept for what is never sent, and a letter that the topic lost is in no plan', async () => {
    await using desk = await openDesk();
    await onboard(desk, 'open', `state = 'open'`);
    await fail(desk, 'open', 0);
    await fail(desk, 'lost', 1, { partition: 1 });
    await fail(desk, 'kept', 2, { partition: 1 });
    await desk.letters.catchUp();
    await desk.log.admin(async (admin) => {
      // kafkajs deletes records only of a topic that this client has asked about before.
      await admin.fetchTopicOffsets(desk.topic);
      await admin.deleteTopicRecords({ topic: desk.topic, partitions: [{ partition: 1, offset: '1' }] });
    });
    const { plan } = await plannerOf(desk).plan({ all: true }, { who: WHO });
    expect((await rowsOf(desk, plan)).map(({ value, headers }) => [value === null, headers === null])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(Object.keys(await lettersOf(desk, plan))).toEqual(['0:0', '1:1']);
  });
});

describe('a letter of an earlier plan', () => {
  it('is being replayed while that plan has not ended for it', async () => {
    await using desk = await openDesk();
    await fail(desk, 'a', 0);
    const planner = plannerOf(desk);
    const { plan: earlier } = await planner.plan({ all: true }, { who: WHO });
    const twice = await planner.plan({ all: true }, { who: WHO });
    expect(twice.forecast.create).toBe(1);
    const forecastWhile = async (state: string, letter: string): Promise<Record<string, string>> => {
      await desk.db.query(`UPDATE replay_plan SET state = $2 WHERE id = $1`, [earlier, state]);
      await desk.db.query(`UPDATE replay_letter SET state = $2 WHERE plan_id = $1`, [earlier, letter]);
      const { plan } = await planner.plan({ all: true }, { who: WHO });
      return lettersOf(desk, plan);
    };
    for (const state of ['running', 'paused', 'stopped']) {
      for (const letter of ['waiting', 'sent']) {
        const taken = { '0:0': `nothing: is being replayed by plan ${earlier}` };
        expect({ state, letter, ...(await forecastWhile(state, letter)) }).toEqual({ state, letter, ...taken });
      }
    }
    expect(await forecastWhile('aborted', 'waiting')).toEqual({ '0:0': expect.stringMatching(/^create/) as string });
  });

  it('that failed again is stood for by its newer letter', async () => {
    await using desk = await openDesk();
    await fail(desk, 'a', 0);
    const planner = plannerOf(desk);
    const { plan: earlier } = await planner.plan({ all: true }, { who: WHO });
    await desk.db.query(`UPDATE replay_plan SET state = 'done' WHERE id = $1`, [earlier]);
    await desk.db.query(`UPDATE replay_letter SET state = 'failed' WHERE plan_id = $1`, [earlier]);
    const ids = [{ partition: 0, offset: 0n }];
    const unknown = await planner.plan({ ids }, { who: WHO });
    expect(await lettersOf(desk, unknown.plan)).toEqual({
      '0:0': `nothing: already replayed by plan ${earlier}: it failed again`,
    });
    const { headers } = requestRecord('a');
    await fail(desk, 'forged', 1, { headers: { 'correlation-id': 'forged', 'replay-id': `${earlier}/1` } });
    expect(await lettersOf(desk, (await planner.plan({ ids }, { who: WHO })).plan)).toEqual({
      '0:0': `nothing: already replayed by plan ${earlier}: it failed again`,
    });
    await fail(desk, 'a', 1, {
      replays: 1,
      headers: { ...(headers as Record<string, string>), 'replay-id': `${earlier}/1` },
    });
    const { plan } = await planner.plan({ correlationId: 'a' }, { who: WHO });
    expect(await lettersOf(desk, plan)).toEqual({
      '0:0': `nothing: already replayed by plan ${earlier}: 0:2 is its newer letter`,
      '0:2': expect.stringMatching(/^create/) as string,
    });
  });
});

it('a letter of another topic at the same place was never in an earlier plan', async () => {
  await using desk = await openDesk();
  await fail(desk, 'a', 0);
  const { plan: earlier } = await plannerOf(desk).plan({ all: true }, { who: WHO });
  await desk.db.query(`UPDATE replay_plan SET state = 'done' WHERE id = $1`, [earlier]);
  await desk.db.query(`UPDATE replay_letter SET state = 'failed' WHERE plan_id = $1`, [earlier]);
  await createTopic(desk.log, `${desk.topic}-other`);
  await using other = await anotherAt(desk, `${desk.topic}-other`);
  await fail(other, 'b', 1);
  const { plan } = await plannerOf(other).plan({ all: true }, { who: WHO });
  expect(await lettersOf(other, plan)).toEqual({ '0:0': expect.stringMatching(/^create/) as string });
});

it('a plan is told in the audit, with the paths of the edit and none of its values', async () => {
  await using desk = await openDesk();
  await fail(desk, 'a', 0);
  const patch = { billingProfile: { email: 'new@person.example' } };
  const { plan } = await plannerOf(desk).plan({ code: 'ATTEMPTS_EXHAUSTED' }, { patch, who: WHO });
  const [entry] = await readAudit(desk.db, { limit: 1 });
  expect(entry).toMatchObject({
    ...{ who: WHO, what: 'plan made', subject: plan },
    detail: {
      selection: { code: 'ATTEMPTS_EXHAUSTED' },
      edits: ['billingProfile.email'],
      total: 1,
      forecast: { create: 1 },
    },
  });
  expect(JSON.stringify(entry)).not.toContain('person.example');
});
