import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Route, hashOf, routeOf } from './route.js';

const text = fc.string({ minLength: 1 }).filter((value) => value.trim() === value);
const selection = fc.record(
  { group: text, code: text, correlationId: text, ids: fc.array(text, { minLength: 1 }) },
  { requiredKeys: [] },
);
const letterId = fc.tuple(fc.nat(), fc.nat()).map(([partition, offset]) => `${partition}:${offset}`);
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constantFrom<Route>({ view: 'overview' }, { view: 'plans' }, { view: 'audit' }),
  fc.record({ view: fc.constant('onboardings' as const), q: fc.string() }),
  fc.record({ view: fc.constant('onboarding' as const), correlationId: text }),
  fc.record({ view: fc.constantFrom('groups' as const, 'letters' as const), selection }),
  fc.record({ view: fc.constant('letter' as const), id: letterId }),
  fc.record({ view: fc.constant('edit' as const), selection, example: letterId }),
  fc.record({ view: fc.constant('plan' as const), plan: text }),
);

it('reads every route back from its address', () => {
  fc.assert(
    fc.property(routes, (route) => {
      expect(routeOf(hashOf(route))).toEqual(route);
    }),
  );
});

it.each(['#/plan', '#/plans/a/b', '#/dead-letters/17', '#/dead-letters/edit', '#/audit/1'])(
  'finds nothing at %s',
  (hash) => {
    expect(routeOf(hash)).toEqual({ view: 'nowhere' });
  },
);

it('begins with the overview', () => {
  expect(routeOf('')).toEqual({ view: 'overview' });
});

it('survives an address that nobody can decode', () => {
  expect(routeOf('#/onboardings/%E0%A4%A')).toEqual({ view: 'onboarding', correlationId: '%E0%A4%A' });
});
