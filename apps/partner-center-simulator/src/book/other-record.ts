/** A record of the activity log that stands for no tenant made here: put in by a test, to lead a client astray. */
export interface OtherRecord {
  /** Customer id. */
  readonly id: string;
  readonly domain: string;
  readonly companyName: string;
  readonly correlationId: string;
  readonly requestId: string;
  readonly createdAt: number;
  readonly operationType: string;
  readonly operationStatus: string;
}
