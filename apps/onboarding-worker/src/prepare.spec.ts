import { BrokerUnreachableError, BrokerUnsupportedError, MissingTopicsError } from '#kafka';
import { SettingsError } from '#settings';
import { describe, expect, it } from 'vitest';
import { isConfigurationFault } from './prepare.js';
import { ForeignMarkerError } from './relay/relay-identity.js';

describe('a fault at start', () => {
  it.each([
    new SettingsError([]),
    new MissingTopicsError(['t']),
    new BrokerUnsupportedError('it has no InitProducerId'),
    new ForeignMarkerError('left by another ledger'),
  ])('is one of the configuration: $name', (error) => {
    expect(isConfigurationFault(error)).toBe(true);
  });

  it.each([new BrokerUnreachableError('nobody answered'), new Error('x'), null])('is none: %s', (error) => {
    expect(isConfigurationFault(error)).toBe(false);
  });
});
