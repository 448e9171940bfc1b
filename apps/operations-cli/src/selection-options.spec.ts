import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { type SelectionOptions, selectionOf, withSelection } from './selection-options.js';

function selected(...args: string[]): object {
  const command = withSelection(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  return selectionOf(command.parse(args, { from: 'user' }).opts<SelectionOptions>());
}

describe('a selection on the command line', () => {
  it.each([
    [['--all'], { all: true }],
    [['--group', 'ABCDEF0123456789'], { group: 'abcdef0123456789' }],
    [['--code', 'EVENT_INVALID'], { code: 'EVENT_INVALID' }],
    [['--reason', 'invalid'], { reason: 'invalid' }],
    [['--since', '2026-01-31T18:00:00Z'], { since: new Date('2026-01-31T18:00:00Z') }],
    [['--until', '2026-02-01'], { until: new Date('2026-02-01T00:00:00Z') }],
    [['--correlation-id', 'Order 7'], { correlationId: 'Order 7' }],
    [
      ['--id', '3:42', '--id', '0:17'],
      {
        ids: [
          { partition: 3, offset: 42n },
          { partition: 0, offset: 17n },
        ],
      },
    ],
    [[], {}],
  ])('is narrowed by %j', (args, expected) => {
    expect(selected(...args)).toEqual(expected);
  });

  it.each([
    [['--group', 'x'], 'The group must be'],
    [['--since', 'yesterday'], 'The since must be'],
    [['--id', '3'], 'The id must be'],
    [['--reason', 'bad luck'], 'Allowed choices'],
  ])('that says nothing clear is refused: %j', (args, message) => {
    expect(() => selected(...args)).toThrow(message);
  });
});
