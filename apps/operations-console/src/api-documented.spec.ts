import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/console-api.md'), 'utf8');
const CALL = /@(Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/g;

function callsOf(controller: string): string[] {
  const text = readFileSync(join(import.meta.dirname, controller), 'utf8');
  const prefix = /@Controller\((?:'([^']*)')?\)/.exec(text)?.[1] ?? '';
  return [...text.matchAll(CALL)].map(([, method = '', path = '']) => {
    return `${method.toUpperCase()} /${[prefix, path].filter((part) => part !== '').join('/')}`;
  });
}

describe('docs/console-api.md', () => {
  it('has every call that is answered, and no other', () => {
    const answered = globSync('**/*.controller.ts', { cwd: import.meta.dirname }).flatMap(callsOf);
    const documented = [...PAGE.matchAll(/^\| `([A-Z]+ \/[^`]+)` *\|/gm)].map((found) => found[1]);
    expect(documented.sort()).toEqual(answered.sort());
  });

  it('has every code with its status, and no other', () => {
    const refusals = readFileSync(join(import.meta.dirname, 'http/refusal.ts'), 'utf8');
    const codes = [...refusals.matchAll(/^ {2}([A-Z_]+): (\d{3}),$/gm)].map(([, code, status]) => [code, status]);
    const documented = [...PAGE.matchAll(/^\| `([A-Z_]+)` *\| (\d{3}) *\|/gm)].map(([, code, status]) => [
      code,
      status,
    ]);
    expect(documented.sort()).toEqual(codes.sort());
  });
});
