import fc from 'fast-check';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { EXIT_CONFIG, SETTING_NAMES, SettingsError } from '#settings';
import { readSettings } from './settings.js';

const folder = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, randomBytes(6).toString('hex'));
  writeFileSync(path, content);
  return path;
}

const MINIMAL = {
  KAFKA_BROKERS: 'localhost:9092',
  DATABASE_URL: 'postgresql://app:pw@localhost/ledger',
  PARTNER_CENTER_TENANT_ID: '0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d',
  PARTNER_CENTER_CLIENT_ID: 'client',
  PARTNER_CENTER_CLIENT_SECRET: 'hunter2',
  CREDENTIALS_DELIVERY: 'discard',
};
const read = (env: Record<string, string | undefined> = {}): ReturnType<typeof readSettings> =>
  readSettings({ ...MINIMAL, ...env });

function faultsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    read(env);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

describe('settings', () => {
  it('have the defaults of contract 6', () => {
    expect(read()).toEqual({
      kafka: {
        brokers: ['localhost:9092'],
        clientId: 'customer-onboarding',
        groupId: 'customer-onboarding',
        ssl: null,
        sasl: null,
        topics: {
          requested: 'onboarding.customer-requested',
          created: 'onboarding.customer-created',
          rejected: 'onboarding.customer-rejected',
          deadLetter: 'onboarding.customer-requested.dead-letter',
        },
        createTopics: true,
        partitions: 6,
        replication: null,
      },
      database: { url: MINIMAL.DATABASE_URL, poolMax: 10 },
      partnerCenter: {
        cloud: 'global',
        baseUrl: 'https://api.partnercenter.microsoft.com',
        authorityUrl: 'https://login.microsoftonline.com',
        tokenResource: 'https://api.partnercenter.microsoft.com',
        tenantId: MINIMAL.PARTNER_CENTER_TENANT_ID,
        clientId: 'client',
        clientSecret: 'hunter2',
        refreshToken: null,
        tokenVersion: 'v1',
        timeoutMs: 180_000,
      },
      work: {
        createConcurrencyMax: 50,
        createAttemptsMax: 8,
        pendingMax: 50_000,
        retryDelayMinMs: 1_000,
        retryDelayMaxMs: 300_000,
        reconcileWindowMs: 300_000,
        probeIntervalMs: 5_000,
        workerLeaseMs: 10_000,
      },
      credentials: { delivery: 'discard', publicKeyFile: null, ledgerKey: null },
      process: { port: 3000, payloadRetentionDays: 30, logLevel: 'info', eventSource: '/customer-onboarding' },
      relayAdoptMarker: false,
      warnings: [],
    });
  });

  it('are all read', () => {
    const key = randomBytes(32);
    const { publicKey } = generateKeyPairSync('x25519');
    const publicKeyFile = fileWith(String(publicKey.export({ type: 'spki', format: 'pem' })));
    const settings = read({
      KAFKA_BROKERS: 'a:1, b.example:65535 ,[::1]:9092',
      KAFKA_CLIENT_ID: 'c',
      KAFKA_GROUP_ID: 'g',
      KAFKA_SSL: 'TRUE',
      KAFKA_SSL_CA_FILE: fileWith('ca'),
      KAFKA_SSL_CERT_FILE: fileWith('cert'),
      KAFKA_SSL_KEY_FILE: fileWith('key'),
      KAFKA_SASL_MECHANISM: 'scram-sha-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD: 'p',
      KAFKA_CREATE_TOPICS: 'false',
      KAFKA_TOPIC_PARTITIONS: '12',
      KAFKA_TOPIC_REPLICATION: '3',
      TOPIC_CUSTOMER_REQUESTED: 't1',
      TOPIC_CUSTOMER_CREATED: 't2',
      TOPIC_CUSTOMER_REJECTED: 't3',
      TOPIC_DEAD_LETTER: 't4',
      RELAY_ADOPT_MARKER: 'true',
      DATABASE_POOL_MAX: '20',
      PARTNER_CENTER_CLOUD: 'china',
      PARTNER_CENTER_BASE_URL: 'http://127.0.0.1:4010/',
      PARTNER_CENTER_AUTHORITY_URL: 'http://localhost:4010/login/',
      PARTNER_CENTER_REFRESH_TOKEN: 'r',
      PARTNER_CENTER_TOKEN_VERSION: 'v2',
      PARTNER_CENTER_TIMEOUT_MS: '100',
      CREATE_CONCURRENCY_MAX: '1',
      CREATE_ATTEMPTS_MAX: '2',
      PENDING_MAX: '3',
      RETRY_DELAY_MIN_MS: '4',
      RETRY_DELAY_MAX_MS: '4',
      RECONCILE_WINDOW_MS: '0',
      PROBE_INTERVAL_MS: '600',
      WORKER_LEASE_MS: '700',
      CREDENTIALS_DELIVERY: 'ledger',
      CREDENTIALS_PUBLIC_KEY_FILE: publicKeyFile,
      LEDGER_KEY: key.toString('base64'),
      PORT: '0',
      PAYLOAD_RETENTION_DAYS: '0.5',
      LOG_LEVEL: 'debug',
      EVENT_SOURCE: 'https://crm.example/onboarding',
      OTEL_SERVICE_NAME: 'x',
      CONSOLE_TOKEN: 'y',
    });
    expect(settings).toMatchObject({
      kafka: {
        brokers: ['a:1', 'b.example:65535', '[::1]:9092'],
        clientId: 'c',
        groupId: 'g',
        ssl: { ca: 'ca', cert: 'cert', key: 'key' },
        sasl: { mechanism: 'scram-sha-512', username: 'u', password: 'p' },
        topics: { requested: 't1', created: 't2', rejected: 't3', deadLetter: 't4' },
        createTopics: false,
        partitions: 12,
        replication: 3,
      },
      database: { poolMax: 20 },
      partnerCenter: {
        cloud: 'china',
        baseUrl: 'http://127.0.0.1:4010',
        authorityUrl: 'http://localhost:4010/login',
        tokenResource: 'https://partner.partnercenterapi.microsoftonline.cn',
        refreshToken: 'r',
        tokenVersion: 'v2',
        timeoutMs: 100,
      },
      work: {
        createConcurrencyMax: 1,
        createAttemptsMax: 2,
        pendingMax: 3,
        retryDelayMinMs: 4,
        retryDelayMaxMs: 4,
        reconcileWindowMs: 0,
        probeIntervalMs: 600,
        workerLeaseMs: 700,
      },
      credentials: { delivery: 'ledger', publicKeyFile, ledgerKey: key },
      process: { port: 0, payloadRetentionDays: 0.5, logLevel: 'debug', eventSource: 'https://crm.example/onboarding' },
      relayAdoptMarker: true,
      warnings: [],
    });
  });

  it('that are missing are all named in one error', () => {
    const names = Object.keys(MINIMAL);
    expect.assertions(names.length + 1);
    try {
      readSettings({});
    } catch (error) {
      const lines = (error as Error).message.split('\n').slice(1);
      expect(lines).toHaveLength(names.length);
      for (const name of names) expect(lines.filter((line) => line.startsWith(`- ${name} `))).toHaveLength(1);
    }
  });

  it.each<[string, Record<string, string>, string]>([
    ['a broker without a port', { KAFKA_BROKERS: 'a:1,b' }, 'KAFKA_BROKERS'],
    ['a broker with a port of 0', { KAFKA_BROKERS: 'a:0' }, 'KAFKA_BROKERS'],
    ['a broker with a port of 70000', { KAFKA_BROKERS: 'a:70000' }, 'KAFKA_BROKERS'],
    ['a broker address with a scheme', { KAFKA_BROKERS: 'kafka://a:1' }, 'KAFKA_BROKERS'],
    ['a topic name with a blank', { TOPIC_DEAD_LETTER: 'a b' }, 'TOPIC_DEAD_LETTER'],
    [
      'two topics of one name',
      { TOPIC_CUSTOMER_CREATED: 'x', TOPIC_CUSTOMER_REJECTED: 'x' },
      'TOPIC_CUSTOMER_REQUESTED',
    ],
    ['a certificate without its key', { KAFKA_SSL_CERT_FILE: fileWith('c') }, 'KAFKA_SSL_CERT_FILE'],
    ['TLS files with KAFKA_SSL=false', { KAFKA_SSL: 'false', KAFKA_SSL_CA_FILE: fileWith('c') }, 'KAFKA_SSL'],
    ['a TLS file that is not there', { KAFKA_SSL_CA_FILE: join(folder, 'none') }, 'KAFKA_SSL_CA_FILE'],
    ['KAFKA_SSL=yes', { KAFKA_SSL: 'yes' }, 'KAFKA_SSL'],
    [
      'an unknown SASL mechanism',
      { KAFKA_SASL_MECHANISM: 'gssapi', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' },
      'KAFKA_SASL_MECHANISM',
    ],
    ['SASL without a user', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_PASSWORD: 'p' }, 'KAFKA_SASL_USERNAME'],
    ['a SASL password without a mechanism', { KAFKA_SASL_PASSWORD: 'p' }, 'KAFKA_SASL_MECHANISM'],
    ['a database of another kind', { DATABASE_URL: 'mysql://u:hunter2@h/d' }, 'DATABASE_URL'],
    ['an unknown cloud', { PARTNER_CENTER_CLOUD: 'mars' }, 'PARTNER_CENTER_CLOUD'],
    ['a base URL that ends in /v1', { PARTNER_CENTER_BASE_URL: 'https://a.example/v1' }, 'PARTNER_CENTER_BASE_URL'],
    ['a base URL that ends in /V1/', { PARTNER_CENTER_BASE_URL: 'https://a.example/x/V1/' }, 'PARTNER_CENTER_BASE_URL'],
    ['a base URL of another scheme', { PARTNER_CENTER_BASE_URL: 'ftp://a.example' }, 'PARTNER_CENTER_BASE_URL'],
    [
      'an authority with credentials',
      { PARTNER_CENTER_AUTHORITY_URL: 'https://u:hunter2@a' },
      'PARTNER_CENTER_AUTHORITY_URL',
    ],
    ['a tenant id with a slash', { PARTNER_CENTER_TENANT_ID: 'a/b' }, 'PARTNER_CENTER_TENANT_ID'],
    ['a time-out below 100 ms', { PARTNER_CENTER_TIMEOUT_MS: '99' }, 'PARTNER_CENTER_TIMEOUT_MS'],
    ['a time-out above 10 minutes', { PARTNER_CENTER_TIMEOUT_MS: '600001' }, 'PARTNER_CENTER_TIMEOUT_MS'],
    ['a number with a unit', { RETRY_DELAY_MIN_MS: '1s' }, 'RETRY_DELAY_MIN_MS'],
    ['a shortest delay above the longest', { RETRY_DELAY_MIN_MS: '300001' }, 'RETRY_DELAY_MIN_MS'],
    ['no concurrency', { CREATE_CONCURRENCY_MAX: '0' }, 'CREATE_CONCURRENCY_MAX'],
    ['delivery without a key', { CREDENTIALS_DELIVERY: 'event' }, 'CREDENTIALS_PUBLIC_KEY_FILE'],
    [
      'delivery with a key that is none',
      { CREDENTIALS_DELIVERY: 'event', CREDENTIALS_PUBLIC_KEY_FILE: fileWith('hunter2') },
      'CREDENTIALS_PUBLIC_KEY_FILE',
    ],
    [
      'delivery with a key file that is not there',
      { CREDENTIALS_DELIVERY: 'ledger', CREDENTIALS_PUBLIC_KEY_FILE: join(folder, 'none') },
      'CREDENTIALS_PUBLIC_KEY_FILE',
    ],
    ['an unknown delivery', { CREDENTIALS_DELIVERY: 'mail' }, 'CREDENTIALS_DELIVERY'],
    ['a ledger key of 31 bytes', { LEDGER_KEY: randomBytes(31).toString('base64') }, 'LEDGER_KEY'],
    ['a ledger key that is not base64', { LEDGER_KEY: `${'A'.repeat(20)}*${'A'.repeat(23)}=` }, 'LEDGER_KEY'],
    ['an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL'],
    ['a port above 65535', { PORT: '65536' }, 'PORT'],
    ['a negative retention', { PAYLOAD_RETENTION_DAYS: '-1' }, 'PAYLOAD_RETENTION_DAYS'],
    ['an event source with a line break', { EVENT_SOURCE: 'a\nb' }, 'EVENT_SOURCE'],
  ])('%s is a fault', (_name, env, setting) => {
    const faults = faultsOf(env);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${setting}\\b`));
    expect(faults[0]).not.toContain('hunter2');
  });

  it('are faulty with exit status 78', () => {
    expect(EXIT_CONFIG).toBe(78);
  });
});

describe('a secret', () => {
  const SECRETS: [string, string, (settings: ReturnType<typeof readSettings>) => unknown][] = [
    ['DATABASE_URL', 'postgresql://h/d', ({ database }) => database.url],
    ['PARTNER_CENTER_CLIENT_SECRET', ' s p ', ({ partnerCenter }) => partnerCenter.clientSecret],
    ['PARTNER_CENTER_REFRESH_TOKEN', 'token', ({ partnerCenter }) => partnerCenter.refreshToken],
    [
      'LEDGER_KEY',
      Buffer.alloc(32, 7).toString('base64'),
      ({ credentials }) => credentials.ledgerKey?.toString('base64'),
    ],
    ['KAFKA_SASL_PASSWORD', 'pw', ({ kafka }) => kafka.sasl?.password],
  ];
  const SASL = { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'other' };

  it.each(SECRETS)('%s can be given as a file, without its last line break', (name, secret, valueOf) => {
    const env = { ...SASL, [name]: undefined, [`${name}_FILE`]: fileWith(`${secret}\r\n`) };
    expect(valueOf(read(env))).toBe(secret);
  });

  it.each(SECRETS)('%s given twice is a fault', (name, secret) => {
    expect(faultsOf({ ...SASL, [name]: secret, [`${name}_FILE`]: fileWith(secret) })).toEqual([
      `${name} and ${name}_FILE are both given; give one of them`,
    ]);
  });

  it.each(SECRETS)('%s in a file that is missing or empty is one fault', (name) => {
    for (const path of [join(folder, 'none'), fileWith('\n')]) {
      const faults = faultsOf({ ...SASL, [name]: undefined, [`${name}_FILE`]: path });
      expect(faults).toHaveLength(1);
      expect(faults[0]).toMatch(new RegExp(`^${name}_FILE names a file that`));
    }
  });

  it('never stands in an error or a warning, whatever is wrong', () => {
    const value = fc.constantFrom('hunter2-secret', 'postgres//hunter2-secret', 'http://u:hunter2-secret@h/v1');
    const secretNames = SECRETS.map(([name]) => name);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...SETTING_NAMES), value), (env) => {
        const secrets = Object.fromEntries(secretNames.map((name) => [name, 'hunter2-secret']));
        let said: string;
        try {
          said = read({ ...env, ...secrets }).warnings.join();
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
          said = (error as Error).message;
        }
        expect(said).not.toContain('hunter2');
      }),
    );
  });
});

describe('warnings', () => {
  it('tell of http to anything but loopback', () => {
    expect(read({ PARTNER_CENTER_BASE_URL: 'http://10.0.0.1' }).warnings).toEqual([
      expect.stringMatching(/^PARTNER_CENTER_BASE_URL /),
    ]);
    expect(read({ PARTNER_CENTER_AUTHORITY_URL: 'http://127.0.0.1.evil.example' }).warnings).toHaveLength(1);
    for (const host of ['localhost', '127.1.2.3:80', '[::1]:4010']) {
      expect(read({ PARTNER_CENTER_BASE_URL: `http://${host}` }).warnings).toEqual([]);
    }
  });

  it('tell of the closed German cloud', () => {
    expect(read({ PARTNER_CENTER_CLOUD: 'germany' }).warnings).toEqual([
      expect.stringMatching(/^PARTNER_CENTER_CLOUD /),
    ]);
  });

  it('tell of a refresh token without a ledger key', () => {
    expect(read({ PARTNER_CENTER_REFRESH_TOKEN: 'r' }).warnings).toEqual([expect.stringMatching(/^LEDGER_KEY /)]);
    const key = randomBytes(32).toString('base64');
    expect(read({ PARTNER_CENTER_REFRESH_TOKEN: 'r', LEDGER_KEY: key }).warnings).toEqual([]);
    expect(read({}).warnings).toEqual([]);
  });

  it.each([
    ['KAFKA_BROKER', 'KAFKA_BROKERS'],
    ['PARTNER_CENTER_TIMEOUT', 'PARTNER_CENTER_TIMEOUT_MS'],
    ['PARTNERCENTER_TENANT_ID', 'PARTNER_CENTER_TENANT_ID'],
    ['CREATE_CONCURRENCY', 'CREATE_CONCURRENCY_MAX'],
    ['LOGLEVEL', 'LOG_LEVEL'],
  ])('tell that %s is probably %s', (name, meant) => {
    expect(read({ [name]: 'hunter2' }).warnings).toEqual([`${name} is not a setting; did you mean ${meant}?`]);
  });

  it('tell of an unknown name with our own prefix', () => {
    expect(read({ PARTNER_CENTER_REGION: 'red' }).warnings).toEqual(['PARTNER_CENTER_REGION is not a setting']);
  });

  it('say nothing about the variables of others', () => {
    const others = {
      PATH: '',
      HOME: '',
      KAFKA_HOME: '',
      KAFKA_IMAGE: '',
      POSTGRES_IMAGE: '',
      NODE_ENV: '',
      PORTS: '',
      LANG: '',
    };
    expect(read({ ...others, KAFKA_SERVICE_HOST: '', DATABASE_NAME: '', CONSOLE_PORT: '1' }).warnings).toEqual([]);
  });
});
