/** `germany` is closed since 2021: it works where its addresses are overridden. */
export const CLOUDS = ['global', 'china', 'us-government', 'germany'] as const;
export type Cloud = (typeof CLOUDS)[number];

export interface CloudAddresses {
  baseUrl: string;
  authorityUrl: string;
  /** Never overridden: a token's audience is the cloud's, whatever address the API is called at. */
  tokenResource: string;
  domainSuffixes: readonly string[];
}

/** Addresses and domain suffixes of each cloud (reference 4.2, 2.4). */
export const CLOUD_ADDRESSES: Readonly<Record<Cloud, CloudAddresses>> = {
  global: {
    baseUrl: 'https://api.partnercenter.microsoft.com',
    authorityUrl: 'https://login.microsoftonline.com',
    tokenResource: 'https://api.partnercenter.microsoft.com',
    domainSuffixes: ['.onmicrosoft.com'],
  },
  china: {
    baseUrl: 'https://partner.partnercenterapi.microsoftonline.cn',
    authorityUrl: 'https://login.chinacloudapi.cn',
    tokenResource: 'https://partner.partnercenterapi.microsoftonline.cn',
    domainSuffixes: ['.partner.onmschina.cn'],
  },
  'us-government': {
    baseUrl: 'https://api.partnercenter.microsoft.com',
    authorityUrl: 'https://login.microsoftonline.us',
    tokenResource: 'https://api.partnercenter.microsoft.com',
    domainSuffixes: ['.onmicrosoft.us', '.onmicrosoft.com'],
  },
  germany: {
    baseUrl: 'https://api.partnercenter.microsoft.com',
    authorityUrl: 'https://login.microsoftonline.de',
    tokenResource: 'https://api.partnercenter.microsoft.com',
    domainSuffixes: ['.onmicrosoft.de', '.onmicrosoft.com'],
  },
};
