import { CLOUD_ADDRESSES, CLOUDS, type Cloud } from '#partner-center';
import type { Environment } from '#settings';

export interface PartnerCenterGroup {
  cloud: Cloud;
  /** Without `/v1` and without a slash at the end. */
  baseUrl: string;
  authorityUrl: string;
  /** Always the cloud's, whatever is overridden (contract 6). */
  tokenResource: string;
  tenantId: string;
  clientId: string;
  clientSecret: string;
  /** Turns App+User on. */
  refreshToken: string | null;
  tokenVersion: 'v1' | 'v2';
  timeoutMs: number;
}

/** A GUID or one of the tenant's domains: it becomes a segment of the token address. */
const TENANT = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;

export function readPartnerCenter(env: Environment): PartnerCenterGroup {
  const cloud = env.oneOf('PARTNER_CENTER_CLOUD', CLOUDS) ?? 'global';
  if (cloud === 'germany') {
    env.warn('PARTNER_CENTER_CLOUD', 'germany was closed in 2021: it works only where its addresses are overridden');
  }
  const addresses = CLOUD_ADDRESSES[cloud];
  return {
    cloud,
    baseUrl: readUrl(env, 'PARTNER_CENTER_BASE_URL') ?? addresses.baseUrl,
    authorityUrl: readUrl(env, 'PARTNER_CENTER_AUTHORITY_URL') ?? addresses.authorityUrl,
    tokenResource: addresses.tokenResource,
    tenantId: readTenantId(env),
    clientId: env.required('PARTNER_CENTER_CLIENT_ID'),
    clientSecret: env.requiredSecret('PARTNER_CENTER_CLIENT_SECRET'),
    refreshToken: env.secret('PARTNER_CENTER_REFRESH_TOKEN'),
    tokenVersion: env.oneOf('PARTNER_CENTER_TOKEN_VERSION', ['v1', 'v2']) ?? 'v1',
    timeoutMs: env.integer('PARTNER_CENTER_TIMEOUT_MS', { default: 180_000, min: 100, max: 600_000 }),
  };
}

function readTenantId(env: Environment): string {
  const tenantId = env.required('PARTNER_CENTER_TENANT_ID');
  if (tenantId !== '' && !TENANT.test(tenantId)) {
    env.fault('PARTNER_CENTER_TENANT_ID', 'must be a tenant id (GUID) or a domain of the tenant');
  }
  return tenantId;
}

function readUrl(env: Environment, name: string): string | null {
  const text = env.optional(name);
  if (text === null) return null;
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.search + url.hash + url.username + url.password !== '') {
    env.fault(name, 'must be an http or https address without credentials, query or fragment');
    return null;
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (/\/v1$/i.test(path)) env.fault(name, 'must not end in /v1: the version is added to it');
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    env.warn(name, 'is http and not loopback: secrets and passwords travel unencrypted');
  }
  return url.origin + path;
}
