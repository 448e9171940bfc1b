import { signal } from '@preact/signals';
import type { Selection } from './documents.js';
import { queryOf, selectionOf } from './selection.js';

/** What the page shows. It is in the part of the address after `#`: links, the back button and reloads work. */
export type Route =
  | { view: 'overview' }
  | { view: 'onboardings'; q: string }
  | { view: 'onboarding'; correlationId: string }
  | { view: 'groups'; selection: Selection }
  | { view: 'letters'; selection: Selection }
  | { view: 'letter'; id: string }
  | { view: 'edit'; selection: Selection; example: string }
  | { view: 'plans' }
  | { view: 'plan'; plan: string }
  | { view: 'audit' }
  | { view: 'nowhere' };

const LETTER = /^\d+:\d+$/;

export function routeOf(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const query = new URLSearchParams(search);
  const [first, second, ...rest] = path.split('/').map(decoded);
  if (rest.length > 0) return { view: 'nowhere' };
  if (!first) return { view: 'overview' };
  if (first === 'onboardings') {
    return second ? { view: 'onboarding', correlationId: second } : { view: 'onboardings', q: query.get('q') ?? '' };
  }
  if (first === 'dead-letters') return deadLettersRoute(second, query);
  if (first === 'plans') return second ? { view: 'plan', plan: second } : { view: 'plans' };
  if (first === 'audit' && !second) return { view: 'audit' };
  return { view: 'nowhere' };
}

function deadLettersRoute(part: string | undefined, query: URLSearchParams): Route {
  if (!part) return { view: 'groups', selection: selectionOf(query) };
  if (part === 'letters') return { view: 'letters', selection: selectionOf(query) };
  if (LETTER.test(part)) return { view: 'letter', id: part };
  const example = query.get('example') ?? '';
  if (part === 'edit' && LETTER.test(example)) return { view: 'edit', selection: selectionOf(query), example };
  return { view: 'nowhere' };
}

export function hashOf(route: Route): string {
  switch (route.view) {
    case 'overview':
    case 'nowhere':
      return '#/';
    case 'onboardings':
      return withQuery('#/onboardings', route.q ? new URLSearchParams({ q: route.q }) : new URLSearchParams());
    case 'onboarding':
      return `#/onboardings/${encodeURIComponent(route.correlationId)}`;
    case 'groups':
      return withQuery('#/dead-letters', queryOf(route.selection));
    case 'letters':
      return withQuery('#/dead-letters/letters', queryOf(route.selection));
    case 'letter':
      return `#/dead-letters/${route.id}`;
    case 'edit': {
      const query = queryOf(route.selection);
      query.set('example', route.example);
      return withQuery('#/dead-letters/edit', query);
    }
    case 'plans':
      return '#/plans';
    case 'plan':
      return `#/plans/${encodeURIComponent(route.plan)}`;
    case 'audit':
      return '#/audit';
  }
}

export const route = signal<Route>({ view: 'overview' });

export function followAddress(): void {
  const read = (): void => {
    route.value = routeOf(location.hash);
  };
  addEventListener('hashchange', read);
  read();
}

export function go(to: Route): void {
  location.hash = hashOf(to);
}

function withQuery(path: string, query: URLSearchParams): string {
  const search = query.toString();
  return search === '' ? path : `${path}?${search}`;
}

/** An address typed by hand may hold anything. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
