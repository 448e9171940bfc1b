import { describe, expect, it } from 'vitest';
import { SettingsError } from '#settings';
import { readSettings } from './settings.js';

const MINIMAL = {
  KAFKA_BROKERS: 'localhost:9092',
  DATABASE_URL: 'postgresql://localhost/ledger',
  CONSOLE_TOKEN: 'a-token-that-is-long-enough',
};

function faultsOf(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
}

describe('settings of the console', () => {
  it('listen on loopback, port 3100, unless told otherwise', () => {
    expect(readSettings(MINIMAL)).toMatchObject({ host: '127.0.0.1', port: 3_100, warnings: [] });
    const told = readSettings({ ...MINIMAL, CONSOLE_HOST: '0.0.0.0', CONSOLE_PORT: '80' });
    expect(told).toMatchObject({ host: '0.0.0.0', port: 80 });
  });

  it('need a token of one of the roles', () => {
    const { CONSOLE_TOKEN: token, ...others } = MINIMAL;
    expect(faultsOf(others)).toEqual(['CONSOLE_TOKEN or CONSOLE_VIEWER_TOKEN is required: nobody could log in']);
    expect(readSettings({ ...others, CONSOLE_VIEWER_TOKEN: token }).tokens).toEqual({ operator: null, viewer: token });
  });

  it('name every fault at once, and show no token', () => {
    const faults = faultsOf({ CONSOLE_TOKEN: 'not sendable', CONSOLE_PORT: 'x' });
    expect(faults.map((fault) => fault.split(' ', 1)[0]).sort()).toEqual([
      'CONSOLE_PORT',
      'CONSOLE_TOKEN',
      'DATABASE_URL',
      'KAFKA_BROKERS',
    ]);
    expect(faults.join()).not.toContain('sendable');
  });

  it('refuse one token for both roles', () => {
    expect(faultsOf({ ...MINIMAL, CONSOLE_VIEWER_TOKEN: MINIMAL.CONSOLE_TOKEN })).toHaveLength(1);
  });

  it('warn about a token that may be guessed', () => {
    expect(readSettings({ ...MINIMAL, CONSOLE_TOKEN: 'secret' }).warnings).toEqual([
      'CONSOLE_TOKEN is shorter than 16 characters: it may be guessed',
    ]);
  });
});
