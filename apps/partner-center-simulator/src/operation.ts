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
  'address',
  'update',
  'companyProfile',
  'billingProfile',
  'updateBillingProfile',
  'customDomains',
  'validationStatus',
  'subscribedSkus',
  'users',
  'resetPassword',
  'invitation',
  'agreementTemplates',
  'confirmAgreement',
  'directSigned',
  'agreementStatus',
  'partnerRequests',
  'token',
  'unknown',
] as const;
export type Operation = (typeof OPERATIONS)[number];

export interface Target {
  readonly operation: Operation;
  /** The variable part of the path: domain, country, user id or the token endpoint's version. */
  readonly subject: string;
  /** The customer id that the path names; empty if it names none. */
  readonly customer: string;
  readonly allowed: readonly string[];
}

type Methods = Readonly<Record<string, Operation>>;

/** Methods by path; `*` is the customer id, `:` any other variable part. Names are matched without regard to case. */
const PATHS: Readonly<Record<string, Methods>> = {
  customers: { GET: 'search', POST: 'create' },
  'customers/relationshiprequests': { GET: 'invitation' },
  'customers/*': { GET: 'get', PATCH: 'update', DELETE: 'delete' },
  'customers/*/profiles/company': { GET: 'companyProfile' },
  'customers/*/profiles/billing': { GET: 'billingProfile', PUT: 'updateBillingProfile' },
  'customers/*/customdomains': { GET: 'customDomains' },
  'customers/*/validationstatus': { GET: 'validationStatus' },
  'customers/*/subscribedskus': { GET: 'subscribedSkus' },
  'customers/*/users': { GET: 'users' },
  'customers/*/users/:': { PATCH: 'resetPassword' },
  'customers/*/agreements': { POST: 'confirmAgreement' },
  'customers/*/directsignedmicrosoftcustomeragreementstatus': { GET: 'directSigned' },
  'domains/:': { HEAD: 'domain' },
  'validations/address': { POST: 'address' },
  'countryvalidationrules/:': { GET: 'countryRules' },
  auditrecords: { GET: 'audit' },
  relationships: { GET: 'relationships' },
  agreements: { GET: 'agreementTemplates' },
  'compliance/csp/agreementstatus': { GET: 'agreementStatus' },
  partnerrequests: { GET: 'partnerRequests' },
};

const TOKEN_PATH = /^\/[^/]+\/oauth2\/(v2\.0\/)?token$/;
const CREATE: Target = { operation: 'create', subject: '', customer: '', allowed: ['GET', 'POST'] };
const UNKNOWN: Target = { operation: 'unknown', subject: '', customer: '', allowed: [] };

/** Which operation a path and method mean; `allowed` lists the methods of the path, of an unknown path none. */
export function targetOf(method: string, path: string): Target {
  if (path === '/v1/customers' && method === 'POST') return CREATE;
  const token = TOKEN_PATH.exec(path);
  if (token) {
    const operation = method === 'POST' ? 'token' : 'unknown';
    return { operation, subject: token[1] ? 'v2' : 'v1', customer: '', allowed: ['POST'] };
  }
  if (!path.startsWith('/v1/')) return UNKNOWN;
  return apiTarget(method, path.slice(4).split('/').map(decode));
}

function apiTarget(method: string, parts: readonly string[]): Target {
  const names = parts.map((part) => part.toLowerCase());
  const exact = PATHS[names.join('/')];
  const isOfCustomer = !exact && names[0] === 'customers' && parts[1] !== undefined && parts[1] !== '';
  const isOfSubject = !exact && parts.length === (isOfCustomer ? 4 : 2) && parts.at(-1) !== '';
  if (isOfCustomer) names[1] = '*';
  const last = names.length - 1;
  const methods = exact ?? PATHS[names.join('/')] ?? (isOfSubject ? PATHS[names.with(last, ':').join('/')] : undefined);
  if (!methods) return UNKNOWN;
  return {
    operation: methods[method] ?? 'unknown',
    subject: isOfSubject ? (parts[last] ?? '') : '',
    customer: isOfCustomer ? (parts[1] ?? '') : '',
    allowed: Object.keys(methods),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
