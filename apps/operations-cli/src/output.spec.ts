import fc from 'fast-check';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Output } from './output.js';

const ESCAPE = '\u001b[2J\u001b[31mgone';

function captured(isJson: boolean): { out: Output; stdout: () => string; stderr: () => string } {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const streams = { stdout, stderr } as unknown as ConstructorParameters<typeof Output>[1];
  const textOf = (stream: PassThrough): string => String((stream.read() as Buffer | null) ?? '');
  return { out: new Output(isJson, streams), stdout: () => textOf(stdout), stderr: () => textOf(stderr) };
}

describe('an answer', () => {
  it('is one document on standard output with --json, and text without', () => {
    const [json, people] = [captured(true), captured(false)];
    for (const { out } of [json, people]) out.answer({ total: 1 }, () => 'one of them');
    expect([json.stdout(), json.stderr()]).toEqual(['{"total":1}\n', '']);
    expect([people.stdout(), people.stderr()]).toEqual(['one of them\n', '']);
  });

  it('that is a failure stands on standard output with --json only', () => {
    const [json, people] = [captured(true), captured(false)];
    for (const { out } of [json, people]) out.failure('NOT_FOUND', 'nobody');
    expect([json.stdout(), json.stderr()]).toEqual(['{"error":{"code":"NOT_FOUND","message":"nobody"}}\n', '']);
    expect([people.stdout(), people.stderr()]).toEqual(['', 'nobody\n']);
  });
});

describe('a table', () => {
  it('has a line a row, columns in line, and no colours where there is no terminal', () => {
    const { out } = captured(false);
    const table = out.table(
      ['id', 'code'],
      [
        ['3:42', 'A'],
        ['0:1', null],
      ],
    );
    expect(table).toBe('id    code\n3:42  A\n0:1   –');
  });

  it('cuts long cells and keeps each on its line', () => {
    const { out } = captured(false);
    const [, row] = out.table(['message'], [[`a\n${'b'.repeat(500)}`]]).split('\n');
    expect(row).toHaveLength(100);
    expect(row).toMatch(/^a b+…$/);
  });
});

describe('what others wrote', () => {
  it('moves no cursor and changes no colour, wherever it is shown', () => {
    const { out } = captured(false);
    const shown = [out.table(['a'], [[ESCAPE]]), out.facts([['a', ESCAPE]]), out.foreign(ESCAPE)].join('\n');
    expect(shown).not.toContain('\u001b');
    expect(shown).toContain('gone');
  });

  it('has no control or direction-changing character left but the line break', () => {
    const { out } = captured(false);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(out.foreign(text)).not.toMatch(/(?!\n)[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});
