import type { Settings } from '../settings.js';

interface Cloud {
  /** The audience a token must have (reference 4.2). */
  readonly audience: string;
  /** Suffixes of initial domains (reference 2.4); that of the US Government is unverified. */
  readonly domainSuffixes: readonly string[];
  /** Whether the Customer Agreement and the reset of passwords exist (reference 5.7, 5.9). */
  readonly isPublic: boolean;
}

const GLOBAL_AUDIENCE = 'https://api.partnercenter.microsoft.com';

const CLOUDS: Readonly<Record<Settings['cloud'], Cloud>> = {
  global: { audience: GLOBAL_AUDIENCE, domainSuffixes: ['.onmicrosoft.com', '.ccsctp.net'], isPublic: true },
  china: {
    audience: 'https://partner.partnercenterapi.microsoftonline.cn',
    domainSuffixes: ['.partner.onmschina.cn'],
    isPublic: false,
  },
  'us-government': {
    audience: GLOBAL_AUDIENCE,
    domainSuffixes: ['.onmicrosoft.us', '.onmicrosoft.com'],
    isPublic: false,
  },
  germany: { audience: GLOBAL_AUDIENCE, domainSuffixes: ['.onmicrosoft.de', '.onmicrosoft.com'], isPublic: false },
};

const RETIRED_AUDIENCES = ['https://graph.windows.net', 'https://graph.chinacloudapi.cn'];

export function cloudOf(settings: Settings): Cloud {
  return CLOUDS[settings.cloud];
}

/** Audiences that were accepted once and answer 900420 now (reference 4.1, 4.2). */
export function isRetiredAudience(audience: string): boolean {
  return RETIRED_AUDIENCES.includes(audience);
}
