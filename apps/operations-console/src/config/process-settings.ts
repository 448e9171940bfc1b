import { type ConsoleSettings, readSettings } from './settings.js';

/** The settings of this process: the one place that reads its environment. */
export function settingsOfThisProcess(): ConsoleSettings {
  return readSettings(process.env);
}
