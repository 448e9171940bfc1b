import { randomUUID } from 'node:crypto';
import type { FaultAction } from './faults.js';
import { inPascalCase, withMembers } from '../api/json-form.js';

export type Rewriting = Extract<
  FaultAction,
  { kind: 'wrongTenant' | 'wrongDomain' | 'pascalCase' | 'unknownMembers' | 'formatted' }
>;

/** A successful body said differently: wrong in one place, or right in a form that a client must bear too. */
export function rewrite(body: string, action: Rewriting): string {
  switch (action.kind) {
    case 'wrongTenant':
      return body.replace(/"tenantId":"[^"]*"/g, `"tenantId":"${randomUUID()}"`);
    case 'wrongDomain':
      return body.replace(/"domain":"[^"]*"/g, `"domain":${JSON.stringify(action.domain)}`);
    case 'pascalCase':
      return inPascalCase(body);
    case 'unknownMembers':
      return withMembers(body, (members) => [...members, ['futureMember', { isNew: true, values: [1, null, 'x'] }]]);
    case 'formatted':
      return body === '' ? body : JSON.stringify(JSON.parse(body), null, 2);
  }
}
