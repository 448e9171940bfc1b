import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From one event on an idle system to an outage of a day. */
const ONBOARDING_BUCKETS_SECONDS = [
  ...[0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1_800],
  ...[3_600, 14_400, 43_200, 86_400],
];
/** Up to the longest time-out of a call (contract 6: 600 s). */
const REQUEST_BUCKETS_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 180, 300, 600];

/**
 * The metrics of contract 7 in a registry of their own, with the default metrics of the process. No label ever holds an
 * id, a domain or a name: their values come from fixed lists, codes and HTTP statuses.
 */
export class Metrics {
  readonly registry = new Registry();

  /** Records read from the request topic, by what became of them. */
  readonly recordsTotal = this.counter('onboarding_records_total', 'Records read from the request topic', ['result']);
  /** Onboardings that ended; `code` is empty for a created one. */
  readonly outcomesTotal = this.counter('onboarding_outcomes_total', 'Outcomes of onboardings', ['outcome', 'code']);
  readonly pending = this.gauge('onboarding_pending', 'Open and held onboardings in the ledger');
  readonly oldestPendingSeconds = this.gauge(
    'onboarding_oldest_pending_seconds',
    'Age of the oldest open or held onboarding',
  );
  readonly outboxUnsent = this.gauge('onboarding_outbox_unsent', 'Outbox rows that are not on their topic yet');
  readonly outboxBlocked = this.gauge(
    'onboarding_outbox_blocked',
    'Outbox rows that could not be published, set aside',
  );
  readonly held = this.gauge('onboarding_held', 'Onboardings held by a refusal about the configuration');
  readonly recordsLostTotal = this.counter(
    'onboarding_records_lost_total',
    'Records Kafka deleted before they were read',
  );
  /** Seconds from the record's timestamp until CustomerCreated is published. */
  readonly duration = this.histogram({
    name: 'onboarding_duration_seconds',
    help: 'Record timestamp to CustomerCreated published',
    buckets: ONBOARDING_BUCKETS_SECONDS,
  });
  readonly requestDuration = this.histogram({
    name: 'partner_center_request_duration_seconds',
    help: 'Requests to Partner Center',
    labelNames: ['operation', 'status'],
    buckets: REQUEST_BUCKETS_SECONDS,
  });
  readonly concurrency = this.gauge('partner_center_concurrency', 'Requests to Partner Center under way');
  readonly concurrencyLimit = this.gauge('partner_center_concurrency_limit', 'Creates at once that the answers allow');
  /** 1 while all work waits for Partner Center, else 0. */
  readonly paused = this.gauge('partner_center_paused', 'Whether calls to Partner Center are paused');

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The content type that belongs to `text()`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private counter<T extends string = never>(name: string, help: string, labelNames: T[] = []): Counter<T> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge<never> {
    return new Gauge<never>({ name, help, registers: [this.registry] });
  }

  private histogram<T extends string = never>(options: HistogramOptions<T>): Histogram<T> {
    return new Histogram<T>({ ...options, registers: [this.registry] });
  }
}

interface HistogramOptions<T extends string> {
  name: string;
  help: string;
  buckets: number[];
  labelNames?: T[];
}
