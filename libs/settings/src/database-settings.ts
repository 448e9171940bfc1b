import type { Environment } from './environment.js';

export interface DatabaseGroup {
  url: string;
  poolMax: number;
}

export function readDatabase(env: Environment): DatabaseGroup {
  const url = env.requiredSecret('DATABASE_URL').trim();
  if (url !== '' && !/^postgres(ql)?:$/.test(URL.parse(url)?.protocol ?? '')) {
    env.fault('DATABASE_URL', 'must be an address that begins with postgresql://');
  }
  return { url, poolMax: env.integer('DATABASE_POOL_MAX', { default: 10, min: 2, max: 1_000 }) };
}
