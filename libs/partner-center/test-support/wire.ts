import type { Answered } from '../src/refusals.js';

/** An answer as it came from the wire; `body` is text, or becomes JSON. */
export function wire(status: number, body: unknown = '', overrides: Partial<Answered> = {}): Answered {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'answered', status, statusText: '', headers: {}, text, damage: null, ...overrides };
}

/** The usual error body (reference 3.1, shape A), with a text that quotes a customer. */
export function fault(code: string | number, more = {}) {
  return { code, description: 'The name "North Bakery" is wrong', data: [], source: 'PartnerFD', ...more };
}
