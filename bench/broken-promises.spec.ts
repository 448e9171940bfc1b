import { expect, it } from 'vitest';
import { brokenPromises } from './broken-promises.ts';
import type { ChaosReport, Kill } from './chaos-report.ts';

const kill: Kill = {
  atMs: 1_000,
  tenants: 10,
  callsUnderWay: 5,
  tenantsLeft: 90,
  untilNextTenantMs: 11_000,
  untilNextEventMs: 12_000,
};
const kept: ChaosReport = {
  ...{ workers: 1, kills: 1, events: 100, latencyMs: 200, seed: 7, durationMs: 30_000, creates: 100 },
  ...{ tenants: 100, surplusTenants: 0, lost: 0, announcedTwice: 0, deadLetters: 0, killed: [kill] },
};
/** Kills in this order; what is not given is as in `kill`. */
const kills = (...changes: Partial<Kill>[]): Partial<ChaosReport> => ({
  killed: changes.map((change) => ({ ...kill, ...change })),
});

it.each<[string, Partial<ChaosReport>, string[]]>([
  ['a run in which all went well', {}, []],
  ['a surplus tenant', { surplusTenants: 1 }, ['1 made twice']],
  ['a customer that is lost', { lost: 2 }, ['2 lost']],
  ['an event that appears twice', { announcedTwice: 3 }, ['3 announced twice']],
  ['a dead letter', { deadLetters: 4 }, ['4 dead-lettered although nothing was wrong with them']],
  ['a tenant at the last moment', kills({ untilNextTenantMs: 15_000 }), []],
  ['a tenant too late', kills({ untilNextTenantMs: 15_001 }), ['kill 1: no tenant for 15.0 s']],
  ['an event at the last moment', kills({ untilNextEventMs: 15_000 }), []],
  ['an event too late', kills({ untilNextEventMs: 16_000 }), ['kill 1: no event for 16.0 s']],
  ['no event that was left to write', kills({ untilNextEventMs: null }), []],
  ['no tenant that was left to make', kills({ untilNextTenantMs: null, tenantsLeft: 0 }), []],
  [
    'a tenant that was left and never made',
    kills({ untilNextTenantMs: null }),
    ['kill 1: no tenant for more than 15 s'],
  ],
  [
    'a kill that another one followed',
    kills({ untilNextTenantMs: null, untilNextEventMs: 20_000 }, { atMs: 16_000 }),
    [],
  ],
  [
    'a kill that another one followed too late',
    kills({ untilNextTenantMs: null }, { atMs: 16_001 }),
    ['kill 1: no tenant for more than 15 s'],
  ],
  [
    'silence after a second kill',
    kills({ untilNextTenantMs: null }, { atMs: 2_000, untilNextTenantMs: 20_000 }),
    ['kill 2: no tenant for 20.0 s'],
  ],
])('judges %s', (_, change, broken) => {
  expect(brokenPromises({ ...kept, ...change })).toEqual(broken);
});
