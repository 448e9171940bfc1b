export { changeData, type ChangedData } from './change-data.js';
export {
  FIXED_CODES,
  partnerCenterCode,
  partnerCenterHttpCode,
  reasonOf,
  type ErrorCode,
  type FixedCode,
  type PartnerCenterCode,
  type Reason,
} from './codes.js';
export { requestKeys, type CustomerAddress, type CustomerData } from './customer-requested.js';
export { deadLetterHeaders, disowningHeaders, fingerprint, type DeadLetter } from './dead-letter.js';
export {
  decodeRecord,
  type DecodedRecord,
  type DecodeOptions,
  type RefusalCode,
  type RuleViolation,
} from './decode-record.js';
export {
  createdEventId,
  createRequestId,
  isCorrelationId,
  isGuid,
  msCorrelationId,
  normaliseCorrelationId,
  rejectedEventId,
  rejectedRecordEventId,
} from './identifiers.js';
export {
  customerCreatedEvent,
  customerRejectedEvent,
  type CustomerCreatedData,
  type CustomerRejectedData,
  type Envelope,
  type OutgoingEvent,
} from './outgoing.js';
export type { IncomingRecord, RecordHeaders } from './record.js';
export type { Replay } from './record-context.js';
export { isStorableText } from './text.js';
