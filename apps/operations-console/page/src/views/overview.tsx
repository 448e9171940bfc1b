import { useRef, useState } from 'preact/hooks';
import type { ComponentChildren, VNode } from 'preact';
import type { Overview as Document, Pause, Series } from '../documents.js';
import { useLoad } from '../load.js';
import { Chart } from '../parts/chart.js';
import { Foreign } from '../parts/foreign.js';
import { Failure, Loading, Time, Title } from '../parts/small.js';
import { hashOf } from '../route.js';
import { count, counted, duration, latency } from '../words.js';

const REFRESH_MS = 5_000;
const SPANS: [minutes: number, title: string][] = [
  [60, 'Last hour'],
  [360, 'Last 6 hours'],
  [1_440, 'Last 24 hours'],
];

export function Overview(): VNode {
  const [minutes, setMinutes] = useState(60);
  const { data, error, reload } = useLoad<Document>(`api/overview?minutes=${minutes}`, () => REFRESH_MS);
  // Only the charts are of the chosen time: all else stays while another one is read.
  const last = useRef<Document | null>(null);
  last.current = data ?? last.current;
  const known = last.current;
  return (
    <>
      <Title text="Overview" />
      <Failure error={error} retry={reload} />
      {!known && !error && <Loading what="the overview" />}
      {known && <Pauses pauses={known.pauses} />}
      {known && <Figures overview={known} />}
      <fieldset class="spans" role="radiogroup" aria-label="Time shown in the charts">
        {SPANS.map(([value, title]) => (
          <label key={value}>
            <input type="radio" name="minutes" checked={minutes === value} onChange={() => setMinutes(value)} />
            {title}
          </label>
        ))}
      </fieldset>
      {known && !data && !error && <Loading what="the charts" />}
      {data && <Charts series={data.series} span={SPANS.find(([value]) => value === minutes)?.[1] ?? ''} />}
    </>
  );
}

function Pauses({ pauses }: { pauses: Pause[] }): VNode {
  if (pauses.length === 0) {
    return (
      <p class="notice good" role="status">
        Partner Center is called as usual: no pause.
      </p>
    );
  }
  return (
    <div class="notice bad" role="status">
      <p>
        <strong>Calls to Partner Center are paused.</strong> Requests are taken and wait for its end.
      </p>
      <ul>
        {pauses.map(({ kind, reason, since, until }) => (
          <li key={kind}>
            <Foreign text={reason} /> ({kind}), since <Time iso={since} />
            {until && (
              <>
                , tried again at <Time iso={until} />
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Figures({ overview }: { overview: Document }): VNode {
  const { pending, oldestPendingSeconds, held, deadLetters, outboxUnsent, outboxBlocked, recordsLost } = overview;
  return (
    <dl class="figures">
      <Figure name="Pending" href={hashOf({ view: 'onboardings', q: '' })}>
        {count(pending)}
      </Figure>
      <Figure name="Oldest pending">{pending > 0 ? duration(oldestPendingSeconds) : '–'}</Figure>
      <Figure name="Held" isBad={held > 0} note={held > 0 ? 'refused because of our configuration' : ''}>
        {count(held)}
      </Figure>
      <Figure name="Dead letters" href={hashOf({ view: 'groups', selection: {} })}>
        {count(deadLetters)}
      </Figure>
      <Figure name="To be published">{count(outboxUnsent)}</Figure>
      {outboxBlocked > 0 && (
        <Figure name="Set aside by the relay" isBad note="the topic refuses them">
          {count(outboxBlocked)}
        </Figure>
      )}
      {recordsLost > 0 && (
        <Figure name="Records lost" isBad note="deleted by Kafka before they were read">
          {count(recordsLost)}
        </Figure>
      )}
    </dl>
  );
}

interface FigureProps {
  name: string;
  children: ComponentChildren;
  href?: string;
  isBad?: boolean;
  note?: string;
}

function Figure({ name, children, href, isBad = false, note = '' }: FigureProps): VNode {
  return (
    <div class={isBad ? 'bad' : ''}>
      <dt>{href ? <a href={href}>{name}</a> : name}</dt>
      <dd>
        <b>{children}</b>
        {note && <small>{note}</small>}
      </dd>
    </div>
  );
}

function Charts({ series, span }: { series: Series; span: string }): VNode {
  const { at, created, failed, p50Ms, p95Ms } = series;
  const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);
  const slowest = Math.max(0, ...p95Ms.map((ms) => ms ?? 0));
  return (
    <div class="charts">
      <Chart
        title="Ended onboardings"
        summary={`${span}: ${count(sum(created))} created, ${count(sum(failed))} failed.`}
        at={at}
        write={(value) => (value === null ? '–' : count(value))}
        lines={[
          { label: 'created', values: created, colour: '--chart-1' },
          { label: 'failed', values: failed, colour: '--chart-2', dash: [6, 4] },
        ]}
      />
      <Chart
        title="Time to the tenant"
        summary={
          slowest > 0
            ? `${span}: 95 of 100 took less than ${latency(slowest)} in the slowest of ${counted(at.length, 'interval')}.`
            : `${span}: nothing was created at the first go.`
        }
        at={at}
        write={latency}
        lines={[
          { label: 'half took less (p50)', values: p50Ms, colour: '--chart-1' },
          { label: '95 of 100 took less (p95)', values: p95Ms, colour: '--chart-3', dash: [6, 4] },
        ]}
      />
    </div>
  );
}
