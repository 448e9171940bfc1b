import { signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { VNode } from 'preact';
import { clock } from '../words.js';
import type { Line, Plot } from './plot.js';
import { Table } from './table.js';

interface ChartProps {
  title: string;
  /** What the picture shows, in a sentence. */
  summary: string;
  at: number[];
  lines: Line[];
  write: (value: number | null) => string;
}

const isDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', ({ matches }) => {
  isDark.value = matches;
});

/** Lines over time, said in a sentence and as a table too. */
export function Chart({ title, summary, at, lines, write }: ChartProps): VNode {
  const [point, setPoint] = useState<number | null>(null);
  const shown = point !== null && point < at.length ? point : null;
  const rows = at.map((seconds, index) => ({ seconds, index })).reverse();
  const value = (line: Line, index: number): string => write(line.values[index] ?? null);
  return (
    <figure class="chart">
      <figcaption>
        <h2>{title}</h2>
        <p>{summary}</p>
        <ul class="legend" aria-hidden="true">
          {lines.map((line) => (
            <li key={line.label}>
              <Swatch line={line} /> {line.label}
              {shown !== null && <b> {value(line, shown)}</b>}
            </li>
          ))}
          {shown !== null && <li>at {clock(at[shown] ?? 0)}</li>}
        </ul>
      </figcaption>
      <Picture title={`${title}: ${summary}`} at={at} lines={lines} write={write} onPoint={setPoint} />
      <details>
        <summary>{title} as a table</summary>
        <Table
          caption={title}
          rows={rows}
          keyOf={({ seconds }) => String(seconds)}
          columns={[
            { title: 'Time', cell: ({ seconds }) => clock(seconds) },
            ...lines.map((line) => ({
              title: line.label,
              isNumber: true,
              cell: ({ index }: { index: number }) => value(line, index),
            })),
          ]}
        />
      </details>
    </figure>
  );
}

function Picture(props: Omit<ChartProps, 'summary'> & { onPoint: (index: number | null) => void }): VNode {
  const { title, at, lines } = props;
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const dark = isDark.value;
  // Another theme has other colours: drawn anew. New numbers are put into what is there.
  useEffect(() => {
    let isGone = false;
    void import('./plot.js').then(({ drawPlot }) => {
      if (!isGone && host.current) plot.current = drawPlot(host.current, latest.current);
    });
    return () => {
      isGone = true;
      plot.current?.remove();
      plot.current = null;
    };
  }, [dark]);
  useEffect(() => plot.current?.update(at, lines), [at]);
  return <div ref={host} class="plot" role="img" aria-label={title} />;
}

function Swatch({ line }: { line: Line }): VNode {
  return (
    <svg width={24} height={8} viewBox="0 0 24 8" class={`swatch ${line.colour.slice(2)}`}>
      <line x1={0} x2={24} y1={4} y2={4} stroke-dasharray={line.dash?.join(' ')} />
    </svg>
  );
}
