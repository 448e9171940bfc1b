import { Given } from '../http/given.js';
import { Refusal } from '../http/refusal.js';
import type { Role } from './tokens.js';

/** Whether personal data were asked for: `?reveal=1`. Whoever grants it writes it to the audit first. */
export function readReveal(query: unknown): boolean {
  return Given.read('the query', query, ['reveal']).boolean('reveal') ?? false;
}

export function refuseUnlessMayReveal(isRevealed: boolean, role: Role): void {
  if (isRevealed && role !== 'operator') throw new Refusal('FORBIDDEN', 'personal data are shown to operators only');
}
