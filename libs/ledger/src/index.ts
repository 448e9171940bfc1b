export {
  Database,
  type DatabaseSettings,
  type Queryable,
  isDataError,
  isTransient,
  isTenantConflict,
} from './database.js';
export { type Activity, readActivity } from './activity.js';
export { findOnboardings, readOnboardingState } from './find-onboardings.js';
export { WakeUpListener, type WakeUp } from './wake-ups.js';
export {
  type IntakePosition,
  type KnownOnboarding,
  type RequestRecord,
  type Reopening,
  beginPosition,
  countPending,
  lockKnown,
  lockPosition,
  movePosition,
  openOnboardings,
  readPositions,
  reopenOnboardings,
} from './intake.js';
export { type AnotherRecord, type Judgement, judgeSameCorrelationId } from './same-correlation-id.js';
export { type OutboxEntry, type OutboxKind, type OutboxRow, writeOutbox } from './outbox.js';
export {
  type NumberingOptions,
  type RelayIdentity,
  type RelayTerm,
  numberBatch,
  readLedgerId,
  readRelayIdentity,
  releaseRelay,
  rememberRelayIdentity,
  setRowAside,
  settleBatch,
  takeRelay,
} from './relay.js';
export {
  type PauseKind,
  type PauseState,
  type Pulse,
  beat,
  expireSilentWorkers,
  forgetOldWorkers,
  freeForgottenClaims,
  registerWorker,
  retireWorker,
} from './workers.js';
export {
  type PauseInForce,
  type ServiceNews,
  type ServiceState,
  endPauses,
  endPausesWithNobodyWaiting,
  forgetPassedThrottle,
  pauseAll,
  readEvidence,
  readPauses,
  takeProbe,
  throttle,
} from './pauses.js';
export {
  type ClaimedOnboarding,
  type ReconcileCause,
  type RecordSource,
  type Step,
  claimOnboardings,
  handBack,
} from './claims.js';
export { type EventToPublish, type Recorded, type Transition, recordTransitions } from './transitions.js';
export type { Failure, Publisher } from './events-of.js';
export {
  type Credentials,
  createAgain,
  created,
  promoted,
  rejected,
  unresolved,
  uselessCorrection,
} from './outcomes.js';
export { told, unchanged } from './unchanged.js';
export { type LateAnswer, acceptLateAnswer } from './late-answers.js';
export { type Overview, erasePayloads, erasePlannedRecords, readOverview } from './overview.js';
export { keepRefreshToken, readRefreshToken } from './refresh-tokens.js';
export { eraseCredentials, readCredentials } from './credentials.js';
export {
  ONBOARDING_STATES,
  type OnboardingDetails,
  type OnboardingFilter,
  type OnboardingState,
  type OnboardingSummary,
  listOnboardings,
  readLetterIds,
  showOnboarding,
} from './look-up.js';
export { type Finding, type ResolveOrder, type Resolved, resolveOnboarding } from './resolve.js';
export { type AuditEntry, type AuditNote, readAudit, writeAudit } from './audit.js';
export {
  type Letter,
  type LetterSelection,
  type LetterPosition,
  type StoredLetter,
  beginLetters,
  FORGET_MAX,
  emptyLetters,
  forgetLetters,
  readLetterPositions,
  refreshLetterStatistics,
  takeLetters,
} from './dead-letters.js';
export {
  type LetterGroup,
  countLetters,
  readLetter,
  readLetterGroups,
  readLetterHistory,
  readLetters,
} from './letter-queries.js';
export {
  type PlanChange,
  type PlanRefusal,
  RUN_DEFAULTS,
  type RunOptions,
  abortPlan,
  pausePlan,
  resumePlan,
  startPlan,
} from './replay-run.js';
export {
  type PlanInTurn,
  type PlanProgress,
  beginTurn,
  endPlan,
  readPlansToDrive,
  sendLetters,
  writeProgress,
} from './replay-drive.js';
export { type ReplayTaken, noteReplaysTaken } from './replays-taken.js';
export { type SentLetter, giveUpReplays, readUntakenReplays } from './replays-lost.js';
export { readRulesInForce, tellRulesInForce } from './rules-in-force.js';
export {
  type EarlierReplay,
  type Forecast,
  type JudgedOnboarding,
  type NewPlan,
  type PlanLetter,
  type SelectedLetter,
  fetchSelected,
  freezeSelection,
  insertPlan,
  insertPlanLetters,
  readEarlierReplays,
  readJudged,
} from './replay-plans.js';
export {
  type ForecastCounts,
  type PlanDetails,
  type PlanState,
  type PlanStatus,
  type PlannedLetter,
  listPlanLetters,
  listPlans,
  readPlan,
  readPlanStatus,
} from './plan-status.js';
