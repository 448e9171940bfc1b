import uPlot from 'uplot';
import { clock } from '../words.js';

export interface Line {
  label: string;
  values: (number | null)[];
  /** Name of the custom property that holds its colour. */
  colour: string;
  dash?: number[];
}

export interface PlotOptions {
  at: number[];
  lines: Line[];
  /** How a value is written at the axis. */
  write: (value: number) => string;
  /** The point under the pointer, or null. */
  onPoint: (index: number | null) => void;
}

const HEIGHT = 180;
const AXIS_WIDTH = 58;
const TIME_AXIS_HEIGHT = 34;

export interface Plot {
  update: (at: number[], lines: Line[]) => void;
  remove: () => void;
}

/** Draws into `host` as wide as it is, and again when that changes. */
export function drawPlot(host: HTMLElement, options: PlotOptions): Plot {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: colour('--pico-muted-color'), grid: { stroke: colour('--chart-grid'), width: 1 } };
  const plot = new uPlot(
    {
      width: Math.max(200, host.clientWidth),
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
      axes: [
        { ...axis, size: TIME_AXIS_HEIGHT, values: (_plot, splits) => splits.map(clock) },
        { ...axis, size: AXIS_WIDTH, values: (_plot, splits) => splits.map(options.write) },
      ],
      series: [
        {},
        ...options.lines.map(({ label, colour: name, dash }) => ({
          label,
          stroke: colour(name),
          width: 2,
          points: { show: false },
          ...(dash ? { dash } : {}),
        })),
      ],
      hooks: { setCursor: [(shown) => options.onPoint(shown.cursor.idx ?? null)] },
    },
    dataOf(options.at, options.lines),
    host,
  );
  const watcher = new ResizeObserver(() => {
    if (host.clientWidth > 0 && host.clientWidth !== plot.width)
      plot.setSize({ width: host.clientWidth, height: HEIGHT });
  });
  watcher.observe(host);
  return {
    update: (at, lines) => plot.setData(dataOf(at, lines)),
    remove: () => {
      watcher.disconnect();
      plot.destroy();
    },
  };
}

function dataOf(at: number[], lines: Line[]): uPlot.AlignedData {
  return [at, ...lines.map(({ values }) => values)];
}
