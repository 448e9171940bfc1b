export { DeadLetters, type LetterWithRecord } from './dead-letters.js';
export type { DeadLettersParts } from './parts.js';
export type { Progress } from './projection.js';
export { FOREIGN_CODE, letterOf } from './letter.js';
export type { Letter, LetterGroup as Group, LetterSelection as Selection } from '#ledger';
