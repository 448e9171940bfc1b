import { type Settings, readSettings } from './settings.js';

/** The settings of this process: the one place that reads its environment. */
export function settingsOfThisProcess(): Settings {
  return readSettings(process.env);
}
