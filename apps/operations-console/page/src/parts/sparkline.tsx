import type { VNode } from 'preact';
import { count } from '../words.js';

const WIDTH = 96;
const HEIGHT = 24;

/** Letters of the last 24 hours as bars; its text says what the picture shows. */
export function Sparkline({ values }: { values: number[] }): VNode {
  const max = Math.max(1, ...values);
  const step = WIDTH / Math.max(1, values.length);
  const sum = values.reduce((total, value) => total + value, 0);
  const lastHour = values.at(-1) ?? 0;
  const label = `Last 24 hours: ${count(sum)}; last hour: ${count(lastHour)}; most in an hour: ${count(Math.max(0, ...values))}`;
  return (
    <svg
      class="sparkline"
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {values.map((value, hour) => {
        const height = value === 0 ? 0 : Math.max(2, (value / max) * (HEIGHT - 2));
        return <rect key={hour} x={hour * step} y={HEIGHT - height} width={Math.max(1, step - 1)} height={height} />;
      })}
    </svg>
  );
}
