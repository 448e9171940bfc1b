export { DeadLetters, type DeadLettersParts, type LetterWithRecord, type Progress } from './dead-letters.js';
export { FOREIGN_CODE, letterOf } from './letter.js';
export type { Letter, LetterGroup as Group, LetterSelection as Selection } from '#ledger';
