import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isDataError, isTenantConflict, isTransient } from './database.js';

const withCode = (code: string): Error => Object.assign(new Error('said the database'), { code });

function conflict(constraint: string): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('duplicate key', 1, 'error'), { code: '23505', constraint });
}

describe('an error of the database', () => {
  it.each([
    ['a lost connection', '08006'],
    ['a restart', '57P01'],
    ['a start', '57P03'],
    ['a transaction that idled for too long', '25P03'],
    ['a deadlock', '40P01'],
    ['too many connections', '53300'],
    ['a lock that is not there', '55P03'],
    ['a statement that took too long', '57014'],
    ['a socket', 'ECONNRESET'],
  ])('goes away by itself: %s', (_what, code) => {
    expect([isTransient(withCode(code)), isDataError(withCode(code))]).toEqual([true, false]);
  });

  it.each([
    ['text that is no UUID', '22P02'],
    ['a number out of range', '22003'],
    ['a broken rule', '23514'],
  ])('lies in the values: %s', (_what, code) => {
    expect([isTransient(withCode(code)), isDataError(withCode(code))]).toEqual([false, true]);
  });

  it('is neither when the statement is wrong', () => {
    expect([isTransient(withCode('42601')), isDataError(withCode('42601'))]).toEqual([false, false]);
  });

  it('is a tenant of another onboarding only by the rule that says so', () => {
    expect(isTenantConflict(conflict('onboarding_tenant'))).toBe(true);
    expect(isTenantConflict(conflict('onboarding_domain_held'))).toBe(false);
  });
});
