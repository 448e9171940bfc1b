import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SETTING_NAMES, SettingsError } from '#settings';
import { readSettings } from './settings.js';

const TEXT = readFileSync(new URL('../../../../docs/settings.md', import.meta.url), 'utf8');
const ROWS = [...TEXT.matchAll(/^\| `([A-Z_]+)` *\| (.+?) *\| (.+?) *\| .+\|$/gm)].map(
  ([, name = '', byDefault = '', values = '']) => ({ name, byDefault, values }),
);
const LITERAL = /^`([^`]+)`$/;
const RANGE = /^(\d+) to (\d+)/;
const MINIMAL = {
  KAFKA_BROKERS: 'localhost:9092',
  DATABASE_URL: 'postgresql://localhost/ledger',
  PARTNER_CENTER_TENANT_ID: '0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d',
  PARTNER_CENTER_CLIENT_ID: 'client',
  PARTNER_CENTER_CLIENT_SECRET: 'secret',
  CREDENTIALS_DELIVERY: 'discard',
};

function faultsOf(env: Record<string, string>): string {
  try {
    readSettings({ ...MINIMAL, ...env });
    return '';
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.join('\n');
    throw error;
  }
}

/** Every name the settings look at, with SASL given so that what depends on it is read too. */
function namesRead(): string[] {
  const names = new Set<string>();
  const env = { ...MINIMAL, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'u', KAFKA_SASL_PASSWORD: 'p' };
  const watched = new Proxy(env, {
    get(target, name) {
      if (typeof name === 'string') names.add(name);
      return Reflect.get(target, name) as unknown;
    },
  });
  readSettings(watched);
  return [...names].filter((name) => !name.endsWith('_FILE') || SETTING_NAMES.includes(name));
}

const secrets = SETTING_NAMES.filter((name) => SETTING_NAMES.includes(`${name}_FILE`));
const fileForms = new Set(secrets.map((name) => `${name}_FILE`));

describe('docs/settings.md', () => {
  it('has a row for every name that the worker reads, and for no other', () => {
    const read = namesRead().filter((name) => !fileForms.has(name));
    expect(ROWS.map(({ name }) => name).sort()).toEqual(read.sort());
  });

  it('names every setting that is known', () => {
    const unnamed = SETTING_NAMES.filter((name) => !fileForms.has(name) && !TEXT.includes(`\`${name}\``));
    expect(unnamed).toEqual([]);
  });

  it('marks exactly those as secret that can be given as a file', () => {
    const inTables = ROWS.filter(({ values }) => values.includes('**secret**')).map(({ name }) => name);
    const inProse = [...TEXT.matchAll(/`([A-Z_]+)`\s+\(\*\*secret\*\*\)/g)].map((found) => found[1]);
    expect([...inTables, ...inProse].sort()).toEqual([...secrets].sort());
  });

  it('says of which the worker cannot start without', () => {
    const required = ROWS.filter(({ byDefault }) => byDefault === 'required').map(({ name }) => name);
    expect(required.sort()).toEqual(Object.keys(MINIMAL).sort());
    for (const name of required) expect(faultsOf({ [name]: '' })).toContain(name);
  });

  it.each(ROWS.filter(({ byDefault }) => LITERAL.test(byDefault)))(
    'has the default of $name',
    ({ name, byDefault }) => {
      const value = LITERAL.exec(byDefault)?.[1] ?? '';
      expect(readSettings({ ...MINIMAL, [name]: value })).toEqual(readSettings(MINIMAL));
    },
  );

  it.each(ROWS.filter(({ values }) => RANGE.test(values)))('has the range of $name', ({ name, values }) => {
    const [, min, max] = RANGE.exec(values) ?? [];
    const fault = faultsOf({ [name]: '99999999999999' });
    expect(/^(\w+) must be .* from (\d+) to (\d+)$/m.exec(fault)?.slice(1)).toEqual([name, min, max]);
  });

  it.each(ROWS.filter(({ values }) => /^`[\w-]+`, `/.test(values)))('has the choices of $name', ({ name, values }) => {
    const choices = [...values.matchAll(/`([\w-]+)`/g)].map((found) => found[1] ?? '');
    const told = /must be (?:one of )?(.+)/.exec(faultsOf({ [name]: 'no-such-choice' }))?.[1] ?? '';
    expect(told.split(/, | or /).sort()).toEqual(choices.sort());
  });
});
