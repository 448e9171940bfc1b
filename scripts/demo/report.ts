/** The report at the end: what went in, what came out, what the other side counted, how long it took, what was proved. */
import { announcedAgain, type Check, countBy, lost, surplus } from './checks.ts';
import type { Evidence } from './evidence.ts';
import type { Screen } from './screen.ts';

const LABEL_WIDTH = 38;
const NUMBER_WIDTH = 5;
/** The slowest create takes less: these requests had their tenant before the throttling began. */
const QUIET_BEFORE_MS = 1_000;
/** What the demo's dead letters mean; docs/error-codes.md has all of them. */
const MEANINGS: Record<string, string> = {
  EVENT_UNDECODABLE: 'not a JSON object',
  EVENT_INVALID: 'a member is missing or of the wrong type',
  CORRELATION_ID_MISSING: 'nothing to tell it from others by',
  CORRELATION_ID_REUSED: 'the id belongs to another customer',
  RULE_VIOLATION: 'a rule of country, address or domain, known before any call',
  PARTNER_CENTER_27100: 'the service says: domain taken',
  PARTNER_CENTER_600050: 'the service says: no such registration number',
};

export function printReport(screen: Screen, evidence: Evidence, checks: Check[]): void {
  printIn(screen, evidence);
  printTrouble(screen, evidence);
  printOut(screen, evidence);
  printOtherSide(screen, evidence);
  printTimes(screen, evidence);
  printChecks(screen, checks);
}

function printIn(screen: Screen, { sent }: Evidence): void {
  heading(screen, 'In: what the CRM sent', `${sent.length} records`);
  const customers = sent.filter(({ what }) => what === 'customers');
  for (const [what, count] of countBy(sent.map((one) => one.what))) {
    row(screen, what, count, what === 'customers' ? marketsOf(customers.map(({ record }) => record.value)) : '');
  }
}

function printTrouble(screen: Screen, { creates, played, lostAnswers }: Evidence): void {
  heading(screen, 'Meanwhile: what went wrong on purpose', '');
  row(screen, 'answers lost on the wire', lostAnswers.happened, 'the tenant was made, nobody was told');
  row(screen, 'calls throttled', creates.filter(({ status }) => status === 429).length, '429 with Retry-After');
  row(screen, 'calls cut off by kill -9', played.killed.callsUnderWay, 'made or not? the worker that knew is dead');
}

function printOut(screen: Screen, evidence: Evidence): void {
  const { created, rejected, deadLetters } = evidence;
  heading(screen, 'Out: what came back', `${created.length + rejected.length + deadLetters.length} records`);
  row(screen, 'CustomerCreated', created.length);
  const adopted = created.filter(({ recovered }) => recovered).length;
  row(screen, '  of these found again', adopted, 'answer lost; the activity log proves whose tenant it is');
  row(screen, 'CustomerRejected', rejected.length);
  row(screen, 'dead letters', deadLetters.length);
  const codes = countBy(deadLetters.map(({ headers }) => headers['dead-letter-code'] ?? 'without a code'));
  for (const [code, count] of [...codes].sort(([a], [b]) => a.localeCompare(b)))
    row(screen, `  ${code}`, count, MEANINGS[code]);
}

function printOtherSide(screen: Screen, evidence: Evidence): void {
  const { summary, creates } = evidence;
  heading(screen, "There: the simulator's own book", '');
  row(screen, 'tenants', summary.tenants);
  const statuses = countBy(creates.map(({ status }) => (status === null ? 'no answer' : String(status))));
  const shares = [...statuses].sort(([a], [b]) => a.localeCompare(b)).map(([status, count]) => `${status}: ${count}`);
  row(screen, 'create calls', creates.length, shares.join('   '));
  const counts = [surplus(evidence), announcedAgain(evidence), lost(evidence)];
  for (const [n, what] of ['made twice', 'announced twice', 'lost'].entries()) {
    row(screen, what, counts[n]?.length ?? 0);
  }
}

function printTimes(screen: Screen, { created, played }: Evidence): void {
  heading(screen, 'Time: from the request to CustomerCreated', '');
  const sentAtMs = (id: string) => played.sentAtMs.get(id) ?? 0;
  const quiet = created.filter(
    ({ correlationId }) => sentAtMs(correlationId) < played.throttle.fromMs - QUIET_BEFORE_MS,
  );
  for (const [what, events] of [
    ['before anything went wrong', quiet],
    ['all', created],
  ] as const) {
    const seconds = events
      .map(({ correlationId, writtenAtMs }) => (writtenAtMs - sentAtMs(correlationId)) / 1_000)
      .sort((a, b) => a - b);
    const at = (share: number) => `${(seconds[Math.ceil(seconds.length * share) - 1] ?? 0).toFixed(1)} s`;
    screen.line(`    ${what.padEnd(LABEL_WIDTH)}p50 ${at(0.5)}   p95 ${at(0.95)}   slowest ${at(1)}`);
  }
}

function printChecks(screen: Screen, checks: Check[]): void {
  heading(screen, 'Checked', '');
  for (const { promise, faults } of checks) {
    const mark = faults.length === 0 ? screen.colour('✓', 'green') : screen.colour('✗', 'red');
    screen.line(`  ${mark} ${promise}`);
    for (const fault of faults.slice(0, 5)) screen.line(screen.colour(`      ${fault}`, 'red'));
    if (faults.length > 5) screen.line(`      and ${faults.length - 5} more`);
  }
  screen.line();
}

function heading(screen: Screen, title: string, count: string): void {
  screen.line();
  screen.line(`  ${screen.colour(title, 'bold')}${count === '' ? '' : screen.colour(`  ${count}`, 'dim')}`);
}

function row(screen: Screen, label: string, count: number, note = ''): void {
  const text = `    ${label.padEnd(LABEL_WIDTH)}${String(count).padStart(NUMBER_WIDTH)}`;
  screen.line(note === '' ? text : `${text}${screen.colour(`   ${note}`, 'dim')}`);
}

function marketsOf(values: (Buffer | string | null)[]): string {
  const members = (name: string) =>
    new Set(values.flatMap((value) => new RegExp(`"${name}":"(\\w+)"`).exec(String(value))?.[1] ?? []));
  return `${members('country').size} countries, ${members('language').size} languages, 3 forms of event`;
}
