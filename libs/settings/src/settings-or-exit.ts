import { EXIT_CONFIG, SettingsError } from './settings-error.js';

/** What `read` returns. Faults of the settings are told on standard error, and the process ends with 78. */
export function settingsOrExit<Settings>(read: () => Settings): Settings {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
}
