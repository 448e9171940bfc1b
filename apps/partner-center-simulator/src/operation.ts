/** What a call is for, as faults, throttles and the journal name it. */
export const OPERATIONS = [
  'create',
  'search',
  'get',
  'delete',
  'domain',
  'audit',
  'countryRules',
  'relationships',
  'token',
  'unknown',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Target {
  readonly operation: Operation;
  /** The variable part of the path: customer id, domain, country or the token endpoint's version. */
  readonly subject: string;
  readonly allowed: readonly string[];
}

const TOKEN_PATH = /^\/[^/]+\/oauth2\/(v2\.0\/)?token$/;

/** Which operation a path and method mean; `allowed` lists the methods of the path, of an unknown path none. */
export function targetOf(method: string, path: string): Target {
  if (path === '/v1/customers') {
    const operation = method === 'POST' ? 'create' : method === 'GET' ? 'search' : 'unknown';
    return { operation, subject: '', allowed: ['GET', 'POST'] };
  }
  const token = TOKEN_PATH.exec(path);
  if (token) return only('POST', method, 'token', token[1] ? 'v2' : 'v1');
  if (!path.startsWith('/v1/')) return { operation: 'unknown', subject: '', allowed: [] };
  const [resource = '', subject = '', ...rest] = path.slice(4).split('/').map(decode);
  if (rest.length > 0) return { operation: 'unknown', subject: '', allowed: [] };
  return resourceTarget(method, resource, subject);
}

function resourceTarget(method: string, resource: string, subject: string): Target {
  if (resource === 'customers' && subject) {
    const operation = method === 'GET' ? 'get' : method === 'DELETE' ? 'delete' : 'unknown';
    return { operation, subject, allowed: ['GET', 'DELETE'] };
  }
  if (resource === 'domains' && subject) return only('HEAD', method, 'domain', subject);
  if (resource === 'countryvalidationrules' && subject) return only('GET', method, 'countryRules', subject);
  if (resource === 'auditrecords' && !subject) return only('GET', method, 'audit', '');
  if (resource === 'relationships' && !subject) return only('GET', method, 'relationships', '');
  return { operation: 'unknown', subject: '', allowed: [] };
}

function only(allowed: string, method: string, operation: Operation, subject: string): Target {
  return { operation: method === allowed ? operation : 'unknown', subject, allowed: [allowed] };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
