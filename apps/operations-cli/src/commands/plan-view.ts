import type { PlanStatus } from '#ledger';
import type { Output } from '../output.js';

export function statusText(out: Output, status: PlanStatus): string {
  return out.facts([
    ['plan', status.plan],
    ['state', status.reason === null ? status.state : `${status.state}: ${status.reason}`],
    ['letters', status.total],
    ['waiting', status.waiting],
    ['sent', status.sent],
    ['open', status.open],
    ['created', status.created],
    ['announced', status.announced],
    ['failed', status.failed],
    ['nothing', status.nothing],
    ['as forecast', status.asForecast],
  ]);
}
