import { SettingsError } from '#settings';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { exitOfBrokenOutput, tellError } from './command-error.js';
import { run } from './run.js';

const TENANT = '3c1b7c5e-0f2d-4a53-9a57-2f6d0a8a9b1c';
let stdout = '';
let stderr = '';

beforeEach(() => {
  [stdout, stderr] = ['', ''];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
});
afterEach(() => vi.restoreAllMocks());

const noSettings = (): never => {
  throw new SettingsError(['KAFKA_BROKERS is required', 'DATABASE_URL is required']);
};

describe('a command line', () => {
  it.each([
    ['a command that is none', ['shw'], /unknown command 'shw'/],
    ['no command', [], /a command is missing|Usage: onboarding/],
    ['half a command', ['replay'], /a command is missing|Usage: onboarding replay/],
    ['an option that is none', ['list', '--colour'], /unknown option '--colour'/],
    ['a state that is none', ['list', '--state', 'lost'], /Allowed choices are open, held/],
    ['an argument too few', ['show'], /missing required argument 'correlation id'/],
    ['an argument too many', ['show', 'a', 'b'], /too many arguments/],
    ['two findings at once', ['resolve', 'a', '--not-created', '--tenant', TENANT], /not both/],
    ['no finding', ['resolve', 'a'], /Say what was found/],
    ['a plan of nothing', ['replay', 'plan'], /Say which letters/],
    ['a time without its zone', ['dead-letters', 'list', '--since', '2026-01-31T18:00:00'], /since must be/],
    ['an edit that is no file', ['replay', 'plan', '--all', '--edit', '/none'], /cannot be read/],
    ['a letter that is none', ['dead-letters', 'list', '--id', '3'], /id must be/],
  ])('with %s is a usage error, in one document with --json', async (_what, argv, message) => {
    expect(await run(argv, noSettings)).toBe(2);
    expect([stdout, stderr]).toEqual(['', expect.stringMatching(message)]);
    stderr = '';
    expect(await run([...argv, '--json'], noSettings)).toBe(2);
    expect(JSON.parse(stdout)).toEqual({ error: { code: 'USAGE', message: expect.stringMatching(message) as string } });
    expect(stderr).toBe('');
  });

  it('asks for help without any settings', async () => {
    expect(await run(['replay', 'start', '--help'], noSettings)).toBe(0);
    expect(stdout).toContain('Examples:');
  });

  it('without settings ends with 78 and names them all', async () => {
    expect(await run(['list', '--json'], noSettings)).toBe(78);
    const { error } = JSON.parse(stdout) as { error: { code: string; message: string } };
    expect(error.code).toBe('SETTINGS_INVALID');
    expect(error.message).toContain('KAFKA_BROKERS');
    expect(error.message).toContain('DATABASE_URL');
  });
});

describe('an answer that cannot be written', () => {
  it('is a failure, unless its reader has gone', () => {
    const exitOf = (code: string): number => exitOfBrokenOutput(Object.assign(new Error(code), { code }));
    expect([exitOf('EPIPE'), exitOf('ENOSPC'), exitOf('EIO')]).toEqual([0, 1, 1]);
  });
});

describe('an error', () => {
  it('is told with what caused it, once', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    const error = new Error('the ledger could not be brought up to date', {
      cause: new Error(cause.message, { cause }),
    });
    expect(tellError(error)).toEqual({
      ...{ code: 'FAILED', exit: 1 },
      message: 'the ledger could not be brought up to date: connect ECONNREFUSED 127.0.0.1:1',
    });
  });

  it('of Kafka says that it is', () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9092'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new Error('Connection error: connect ECONNREFUSED 127.0.0.1:9092', { cause }), {
      name: 'KafkaJSConnectionError',
    });
    expect(tellError(error).message).toMatch(/^Kafka: Connection error: connect ECONNREFUSED 127.0.0.1:9092/);
  });

  it('that has no text of its own is told by what it gathers, or its code', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED ::1:1'), { code: 'ECONNREFUSED' });
    const gathered = Object.assign(new AggregateError([refused]), { code: 'ECONNREFUSED' });
    expect(tellError(gathered)).toMatchObject({ code: 'ECONNREFUSED', message: 'connect ECONNREFUSED ::1:1' });
    expect(tellError(Object.assign(new Error(''), { code: 'EPIPE' })).message).toBe('EPIPE');
    expect(tellError('nothing at all')).toMatchObject({ code: 'FAILED', message: 'nothing at all' });
  });
});
