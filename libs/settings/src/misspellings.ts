/** Every name of contract 6 and of its topic settings; those of other apps too, so that one file can serve them all. */
const SECRETS = [
  ...['KAFKA_SASL_PASSWORD', 'DATABASE_URL', 'PARTNER_CENTER_CLIENT_SECRET', 'PARTNER_CENTER_REFRESH_TOKEN'],
  ...['LEDGER_KEY', 'CONSOLE_TOKEN', 'CONSOLE_VIEWER_TOKEN'],
];
export const SETTING_NAMES: readonly string[] = [
  ...SECRETS,
  ...SECRETS.map((name) => `${name}_FILE`),
  ...['KAFKA_BROKERS', 'KAFKA_CLIENT_ID', 'KAFKA_GROUP_ID', 'KAFKA_SSL', 'KAFKA_SSL_CA_FILE', 'KAFKA_SSL_CERT_FILE'],
  ...['KAFKA_SSL_KEY_FILE', 'KAFKA_SASL_MECHANISM', 'KAFKA_SASL_USERNAME', 'KAFKA_CREATE_TOPICS'],
  ...['KAFKA_TOPIC_PARTITIONS', 'KAFKA_TOPIC_REPLICATION', 'RELAY_ADOPT_MARKER', 'TOPIC_CUSTOMER_REQUESTED'],
  ...['TOPIC_CUSTOMER_CREATED', 'TOPIC_CUSTOMER_REJECTED', 'TOPIC_DEAD_LETTER', 'EVENT_SOURCE', 'DATABASE_POOL_MAX'],
  ...['PARTNER_CENTER_CLOUD', 'PARTNER_CENTER_BASE_URL', 'PARTNER_CENTER_AUTHORITY_URL', 'PARTNER_CENTER_TENANT_ID'],
  ...['PARTNER_CENTER_CLIENT_ID', 'PARTNER_CENTER_TOKEN_VERSION', 'PARTNER_CENTER_TIMEOUT_MS'],
  ...['CREATE_CONCURRENCY_MAX', 'CREATE_ATTEMPTS_MAX', 'PENDING_MAX', 'RETRY_DELAY_MIN_MS', 'RETRY_DELAY_MAX_MS'],
  ...['RECONCILE_WINDOW_MS', 'PROBE_INTERVAL_MS', 'WORKER_LEASE_MS', 'CREDENTIALS_DELIVERY'],
  ...['CREDENTIALS_PUBLIC_KEY_FILE', 'PORT', 'CONSOLE_PORT', 'CONSOLE_HOST', 'PAYLOAD_RETENTION_DAYS', 'LOG_LEVEL'],
];

/** Nobody else uses these prefixes: an unknown name with one of them is a mistake. */
const OWN_PREFIXES = /^(PARTNER_CENTER|TOPIC_CUSTOMER|CREDENTIALS|RECONCILE|RELAY|CREATE_CONCURRENCY|CREATE_ATTEMPTS)_/;
/** Short names (PORT) are near to too many others. */
const MIN_COMPARED_CHARACTERS = 8;
const MAX_EDITS = 2;

/** One sentence for every variable that looks like a setting and is none; values are not looked at. */
export function misspellingsIn(env: NodeJS.ProcessEnv): string[] {
  const known = new Set(SETTING_NAMES);
  return Object.keys(env)
    .filter((name) => !known.has(name))
    .flatMap((name) => {
      const meant = SETTING_NAMES.find((setting) => isNear(name, setting));
      if (meant !== undefined) return [`${name} is not a setting; did you mean ${meant}?`];
      return OWN_PREFIXES.test(name) ? [`${name} is not a setting`] : [];
    });
}

function isNear(name: string, setting: string): boolean {
  if (setting.length < MIN_COMPARED_CHARACTERS || Math.abs(name.length - setting.length) > setting.length) return false;
  if (name.includes('_') && setting.startsWith(`${name}_`)) return true;
  return Math.abs(name.length - setting.length) <= MAX_EDITS && editsBetween(name, setting) <= MAX_EDITS;
}

/** Levenshtein distance. */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_none, index) => index);
  for (const [i, characterA] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, characterB] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (characterA === characterB ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
