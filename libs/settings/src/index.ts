export { readDatabase, type DatabaseGroup } from './database-settings.js';
export { Environment } from './environment.js';
export { readEventSource } from './event-source.js';
export { readKafka, type KafkaGroup } from './kafka-settings.js';
export { readLogLevel } from './log-level.js';
export { misspellingsIn, SETTING_NAMES } from './misspellings.js';
export { EXIT_CONFIG, SettingsError } from './settings-error.js';
export { settingsOrExit } from './settings-or-exit.js';
