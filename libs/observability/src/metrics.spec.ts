import { describe, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

describe('metrics', () => {
  it('have the names and labels of contract 7', async () => {
    const metrics = new Metrics();
    metrics.recordsTotal.inc({ result: 'accepted' });
    metrics.outcomesTotal.inc({ outcome: 'rejected', code: 'PARTNER_CENTER_27100' });
    metrics.pending.set(3);
    metrics.oldestPendingSeconds.set(12.5);
    metrics.outboxUnsent.set(1);
    metrics.outboxBlocked.set(2);
    metrics.held.set(4);
    metrics.recordsLostTotal.inc(5);
    metrics.duration.observe(7_200);
    metrics.requestDuration.observe({ operation: 'customers.create', status: '201' }, 0.2);
    metrics.concurrency.set(50);
    metrics.paused.set(1);
    const text = await metrics.text();
    for (const line of [
      'onboarding_records_total{result="accepted"} 1',
      'onboarding_outcomes_total{outcome="rejected",code="PARTNER_CENTER_27100"} 1',
      'onboarding_pending 3',
      'onboarding_oldest_pending_seconds 12.5',
      'onboarding_outbox_unsent 1',
      'onboarding_outbox_blocked 2',
      'onboarding_held 4',
      'onboarding_records_lost_total 5',
      'onboarding_duration_seconds_bucket{le="3600"} 0',
      'onboarding_duration_seconds_bucket{le="14400"} 1',
      'partner_center_request_duration_seconds_bucket{le="0.25",operation="customers.create",status="201"} 1',
      'partner_center_concurrency 50',
      'partner_center_paused 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toContain('process_cpu_seconds_total');
  });

  it('of two instances are apart', async () => {
    const [one, other] = [new Metrics(), new Metrics()];
    one.pending.set(9);
    expect(await other.text()).toContain('onboarding_pending 0');
  });

  it('without labels are there from the start', async () => {
    const text = await new Metrics().text();
    expect(text).toContain('onboarding_records_lost_total 0');
    expect(text).toContain('onboarding_held 0');
  });
});
