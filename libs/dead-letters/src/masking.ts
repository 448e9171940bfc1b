import { isJsonObject } from './merge-patch.js';

export const MASK = '•••';

/**
 * Members whose values may be shown to whoever may look: none of them names or reaches a person. Of all others, unknown
 * ones too, only that they are there is shown (P8) until somebody asks, which is audited.
 */
const SHOWN = new Set([
  ...['domain', 'country', 'region', 'state', 'culture', 'language'],
  ...['associatedPartnerId', 'customerReference', 'correlationId'],
  ...['specversion', 'type', 'id', 'source', 'time', 'datacontenttype', 'correlationid', 'traceparent'],
]);

/** What is nested deeper than any event is not shown at all. */
const DEPTH_MAX = 32;

/** A JSON value as it may be shown: structure and names as they are, texts and numbers of other members masked. */
export function masked(value: unknown, member = '', levels = DEPTH_MAX): unknown {
  if (typeof value === 'object' && value !== null && levels === 0) return MASK;
  if (Array.isArray(value)) return value.map((each) => masked(each, member, levels - 1));
  if (isJsonObject(value)) {
    const members = Object.entries(value).map(([name, each]) => [name, masked(each, name, levels - 1)] as const);
    return Object.fromEntries(members);
  }
  return value === null || typeof value === 'boolean' || SHOWN.has(member) ? value : MASK;
}
