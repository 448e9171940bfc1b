export { DeadLetters, type LetterWithRecord } from './dead-letters.js';
export type { DeadLettersParts } from './parts.js';
export type { Progress } from './projection.js';
export { EditError, checkPatch, type Change } from './edit.js';
export { masked } from './masking.js';
export type { JsonObject } from './merge-patch.js';
export { ReplayPlanner, type EditPreview, type PlanOrder, type PlannerParts, type PlanSummary } from './planner.js';
export { SelectionError, parseLetterId, parseSelection, selectionText, type SelectionText } from './selection.js';
export type { Letter, LetterGroup as Group, LetterSelection as Selection } from '#ledger';
