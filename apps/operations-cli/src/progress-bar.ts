import cliProgress from 'cli-progress';

const FORMAT = '{what} [{bar}] {percentage} %  {value}/{total}  {eta_formatted} left';

/** `INF` and the like, as cli-progress says it while it cannot know, would be cut to nonsense. */
export function timeLeft(seconds: unknown): string {
  if (typeof seconds !== 'number') return '?';
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** A bar for work that takes longer than a moment: on stderr, only where that is a terminal, and gone when it is done. */
export class ProgressBar {
  private bar: cliProgress.SingleBar | null = null;

  constructor(
    private readonly what: string,
    private readonly stream: NodeJS.WriteStream = process.stderr,
  ) {}

  readonly show = (done: number, total: number): void => {
    if (!this.stream.isTTY || total === 0) return;
    if (this.bar === null) this.bar = this.begin(total);
    this.bar.setTotal(total);
    this.bar.update(done);
  };

  end(): void {
    this.bar?.stop();
    this.bar = null;
  }

  private begin(total: number): cliProgress.SingleBar {
    const bar = new cliProgress.SingleBar(
      { format: FORMAT, stream: this.stream, clearOnComplete: true, hideCursor: true, fps: 5, formatTime: timeLeft },
      cliProgress.Presets.shades_classic,
    );
    bar.start(total, 0, { what: this.what });
    return bar;
  }
}
