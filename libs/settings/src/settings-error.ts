/** Exit status of a process whose settings are wrong (contract 6; `EX_CONFIG` of sysexits). */
export const EXIT_CONFIG = 78;

/** Every fault of the settings, one per line, each naming its setting; never a secret value. */
export class SettingsError extends Error {
  readonly code = 'SETTINGS_INVALID';

  constructor(readonly faults: readonly string[]) {
    super(`The settings are not usable:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.name = 'SettingsError';
  }
}
