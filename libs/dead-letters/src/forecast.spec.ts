/** What a replay will do: one test a row of the table, and rules that hold for every letter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DecodedRecord } from '#events';
import type { JudgedOnboarding } from '#ledger';
import { type ReplayOfLetter, forecastOf } from './forecast.js';

const [FIRST, SECOND, OTHER] = ['first', 'second', 'other'].map((text) => Buffer.from(text)) as [
  Buffer,
  Buffer,
  Buffer,
];
const PLAN = '5f0c9a52-6a0e-4d7e-9a3e-2f8f3b0f3f10';
const OURS = { topic: 'requests', groupId: 'customer-onboarding' };

function request(digest = SECOND): DecodedRecord {
  return {
    ...{ kind: 'request', correlationId: 'a', data: {} as never, digest, causationId: null, traceparent: null },
    ...{ replay: { id: `${PLAN}/1`, count: 1 }, domain: 'a.onmicrosoft.com', country: 'US', associatedPartnerId: null },
  };
}

const refused: DecodedRecord = {
  ...{
    kind: 'refused',
    code: 'EVENT_INVALID',
    message: 'billingProfile.email must be text',
    fields: ['billingProfile.email'],
  },
  ...{ correlationId: 'a', customerReference: null, causationId: null, traceparent: null, replay: null },
};

function onboarding(with_: Partial<JudgedOnboarding>): JudgedOnboarding {
  return {
    ...{ correlationId: 'a', state: 'open', digests: [FIRST, SECOND], correctionDigest: null },
    ...{ unsettled: false, failedAtMs: 1_000, code: null },
    ...with_,
  };
}

function replay(
  with_: Omit<Partial<ReplayOfLetter>, 'letter'> & { letter?: Partial<ReplayOfLetter['letter']> } = {},
): ReplayOfLetter {
  return {
    ...{ ours: OURS, verdict: request(), isEdited: false, onboarding: null, earlier: null },
    ...with_,
    letter: {
      ...{
        id: '0:7',
        code: 'ATTEMPTS_EXHAUSTED',
        consumerGroup: OURS.groupId,
        originalTopic: OURS.topic,
        newestId: '0:7',
      },
      ...with_.letter,
    },
  };
}

type Row = [situation: string, replay: ReplayOfLetter, forecast: string, why: RegExp];

const rejected = (with_: Partial<JudgedOnboarding> = {}): JudgedOnboarding =>
  onboarding({ state: 'rejected', code: 'PARTNER_CENTER_2007', ...with_ });

const ROWS: Row[] = [
  [
    'a record that nobody of us wrote',
    replay({ letter: { consumerGroup: null } }),
    'nothing',
    /did not write the letter/,
  ],
  ['a letter of another topic', replay({ letter: { originalTopic: 'orders' } }), 'nothing', /of the topic orders/],
  ['a letter of another group', replay({ letter: { consumerGroup: 'audit' } }), 'nothing', /consumer group audit/],
  [
    'a letter that another plan sends',
    replay({ earlier: { plan: PLAN, isUnderWay: true, newerId: null } }),
    'nothing',
    new RegExp(`^is being replayed by plan ${PLAN}$`),
  ],
  [
    'a letter that was replayed and failed again',
    replay({ earlier: { plan: PLAN, isUnderWay: false, newerId: '0:9' } }),
    'nothing',
    new RegExp(`^already replayed by plan ${PLAN}: 0:9 is its newer letter$`),
  ],
  [
    'one whose newer letter nobody has read yet',
    replay({ earlier: { plan: PLAN, isUnderWay: false, newerId: null } }),
    'nothing',
    new RegExp(`^already replayed by plan ${PLAN}: it failed again$`),
  ],
  [
    'an older letter of its onboarding',
    replay({ letter: { newestId: '1:3' } }),
    'nothing',
    /newer letter of this onboarding, 1:3,/,
  ],
  ['a letter that the topic lost', replay({ verdict: null }), 'nothing', /not on the dead-letter topic/],
  [
    'a record that intake skips',
    replay({ verdict: { kind: 'skipped', reason: 'other-type', detail: 'OrderPlaced', replay: null } }),
    'nothing',
    /skipped: OrderPlaced/,
  ],
  [
    'a record that is still invalid',
    replay({ verdict: refused }),
    'failAgain',
    /^still invalid: EVENT_INVALID, billingProfile.email must/,
  ],
  [
    'an edit that leaves it invalid',
    replay({ verdict: refused, isEdited: true }),
    'failAgain',
    /^invalid after the edit: EVENT_INVALID/,
  ],
  ['a valid record without an onboarding', replay(), 'create', /no onboarding yet/],
  ['an open onboarding, same data', replay({ onboarding: onboarding({}) }), 'nothing', /being worked on now/],
  [
    'a held onboarding, same data',
    replay({ onboarding: onboarding({ state: 'held' }) }),
    'nothing',
    /being worked on now/,
  ],
  [
    'an open onboarding, other data',
    replay({ onboarding: onboarding({}), verdict: request(OTHER) }),
    'failAgain',
    /^CORRELATION_ID_REUSED, /,
  ],
  [
    'a created one, same data',
    replay({ onboarding: onboarding({ state: 'created' }) }),
    'announceAgain',
    /only announced again/,
  ],
  [
    'a created one, data of an earlier revision',
    replay({ onboarding: onboarding({ state: 'created' }), verdict: request(FIRST) }),
    'announceAgain',
    /only announced again/,
  ],
  [
    'a created one, other data',
    replay({ onboarding: onboarding({ state: 'created' }), verdict: request(OTHER) }),
    'failAgain',
    /^CORRELATION_ID_REUSED, /,
  ],
  [
    'a rejected one with an unsettled call, same data',
    replay({ onboarding: rejected({ unsettled: true }) }),
    'reconcile',
    /^unresolved: .*looked up first/,
  ],
  [
    'an unresolved one, same data',
    replay({ onboarding: onboarding({ state: 'unresolved', unsettled: true, code: 'OUTCOME_UNRESOLVED' }) }),
    'reconcile',
    /^unresolved: .*looked up first/,
  ],
  [
    'an unresolved one, other data',
    replay({ onboarding: onboarding({ state: 'unresolved', unsettled: true }), verdict: request(OTHER) }),
    'reconcile',
    /^unresolved: .*settled first/,
  ],
  [
    'data that the API refused',
    replay({ onboarding: rejected() }),
    'failAgain',
    /^unchanged cause: was rejected with PARTNER_CENTER_2007$/,
  ],
  [
    'data of an earlier revision that the API refused',
    replay({
      onboarding: rejected({ code: 'ATTEMPTS_EXHAUSTED' }),
      verdict: request(FIRST),
      letter: { code: 'PARTNER_CENTER_27100' },
    }),
    'failAgain',
    /was rejected with PARTNER_CENTER_27100$/,
  ],
  [
    'a correction of what the API refused',
    replay({ onboarding: rejected(), verdict: request(OTHER) }),
    'create',
    /tried anew/,
  ],
  [
    'an edit back to earlier data, whatever the letter says',
    replay({
      onboarding: rejected(),
      verdict: request(FIRST),
      isEdited: true,
      letter: { code: 'PARTNER_CENTER_2007' },
    }),
    'create',
    /tried anew/,
  ],
  [
    'exhausted attempts',
    replay({ onboarding: rejected({ code: 'ATTEMPTS_EXHAUSTED' }) }),
    'create',
    /was ATTEMPTS_EXHAUSTED$/,
  ],
  [
    'an unresolved one that was settled by hand',
    replay({ onboarding: onboarding({ state: 'unresolved', code: 'OUTCOME_UNRESOLVED' }) }),
    'create',
    /was OUTCOME_UNRESOLVED$/,
  ],
];

describe('the forecast for', () => {
  it.each(ROWS)('%s', (_, given, forecast, why) => {
    const told = forecastOf(given);
    expect(told.forecast).toBe(forecast);
    expect(told.why).toMatch(why);
  });
});

describe('every letter', () => {
  const texts = fc.string({ maxLength: 8 });
  const digests = fc.constantFrom(FIRST, SECOND, OTHER);
  const verdicts: fc.Arbitrary<DecodedRecord | null> = fc.oneof(
    digests.map(request),
    fc.constant(refused),
    texts.map((detail) => ({ kind: 'skipped' as const, reason: 'other-type' as const, detail, replay: null })),
    fc.constant(null),
  );
  const onboardings: fc.Arbitrary<JudgedOnboarding> = fc.record({
    correlationId: texts,
    state: fc.constantFrom('open', 'held', 'created', 'rejected', 'unresolved'),
    digests: fc.array(digests),
    correctionDigest: fc.option(digests),
    unsettled: fc.boolean(),
    failedAtMs: fc.option(fc.nat()),
    code: fc.option(fc.constantFrom('PARTNER_CENTER_1', 'ATTEMPTS_EXHAUSTED')),
  });
  const replays: fc.Arbitrary<ReplayOfLetter> = fc.record({
    letter: fc.record({
      id: fc.constant('0:1'),
      code: texts,
      consumerGroup: fc.option(fc.oneof(texts, fc.constant(OURS.groupId))),
      originalTopic: fc.oneof(texts, fc.constant(OURS.topic)),
      newestId: fc.constantFrom('0:1', '0:2'),
    }),
    ours: fc.constant(OURS),
    verdict: verdicts,
    isEdited: fc.boolean(),
    onboarding: fc.option(onboardings),
    earlier: fc.option(fc.record({ plan: texts, isUnderWay: fc.boolean(), newerId: fc.option(texts) })),
  });

  it('has one forecast and a reason, whatever it holds', () => {
    fc.assert(
      fc.property(replays, (given) => {
        const { forecast, why } = forecastOf(given);
        expect(['create', 'announceAgain', 'reconcile', 'failAgain', 'nothing']).toContain(forecast);
        expect(why).not.toBe('');
      }),
    );
  });

  it('that is not ours, not the newest, or in the hands of another plan is never sent', () => {
    fc.assert(
      fc.property(replays, (given) => {
        const { letter, earlier } = given;
        fc.pre(
          letter.consumerGroup !== OURS.groupId ||
            letter.originalTopic !== OURS.topic ||
            letter.newestId !== letter.id ||
            earlier !== null,
        );
        expect(forecastOf(given).forecast).toBe('nothing');
      }),
    );
  });
});
