import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const pages = globSync('docs/**/*.md', { cwd: root });

describe('docs/error-codes.md', () => {
  it('has every code that a log line can show, and no other', () => {
    const sources = globSync('{apps/onboarding-worker,libs/*}/src/**/*.ts', { cwd: root });
    const own = sources
      .filter((path) => !path.endsWith('.spec.ts') && !path.startsWith('libs/testing/'))
      .flatMap((path) => [...read(path).matchAll(/readonly code = '([A-Z_]+)'|\{ code: '([A-Z_]+)' \},\s+['`]/g)])
      .map((found) => found[1] ?? found[2]);
    const section = read('docs/error-codes.md').split('## Codes in logs')[1]?.split('\n## ')[0] ?? '';
    const documented = [...section.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map((found) => found[1]);
    expect(documented.sort()).toEqual([...new Set(own)].sort());
  });
});

describe('all pages', () => {
  const missingIn = (pattern: RegExp, isThere: (page: string, name: string) => boolean): string[] =>
    pages.flatMap((page) =>
      [...read(page).matchAll(pattern)]
        .filter((found) => !isThere(page, found[1] ?? ''))
        .map((found) => `${page}: ${found[1]}`),
    );

  it('name files and folders that exist', () => {
    const path = /`((?:apps|libs|test|bench|docs|scripts)\/[\w./-]+)`/g;
    expect(missingIn(path, (_page, name) => existsSync(join(root, name)))).toEqual([]);
  });

  it('link to pages that exist', () => {
    const link = /\]\(([^)#:]+\.md)/g;
    expect(missingIn(link, (page, name) => existsSync(join(root, page, '..', name)))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it('names files that exist', () => {
    const named = [...read('docs/architecture.md').matchAll(/`((?:[a-z-]+\/)?[a-z-]+(?:\.[a-z]+)?\.ts)`/g)];
    const files = globSync('{apps,libs}/*/{src,page/src}/**/*.ts', { cwd: root });
    expect(named.map((found) => `/${found[1]}`).filter((name) => !files.some((file) => file.endsWith(name)))).toEqual(
      [],
    );
  });

  it('has each table of the ledger', () => {
    const tables = globSync('libs/ledger/src/migrations/*.ts', { cwd: root })
      .flatMap((path) => [...read(path).matchAll(/CREATE TABLE (\w+)/g)])
      .map((found) => found[1]);
    const section = read('docs/architecture.md').split('## The ledger')[1]?.split('\n## ')[0] ?? '';
    expect([...section.matchAll(/^\| `(\w+)` *\|/gm)].map((found) => found[1]).sort()).toEqual(tables.sort());
  });
});

describe('docker-compose.yml', () => {
  const worker = read('docker-compose.yml').split('x-worker:')[1]?.split('\nservices:')[0] ?? '';
  const passed = [...worker.matchAll(/^    ([A-Z_]+): /gm)].map((found) => found[1] ?? '');
  const settings = [...read('docs/settings.md').matchAll(/^\| `([A-Z_]+)` *\|/gm)].map((found) => found[1] ?? '');

  it('passes settings on that exist, each under its own name', () => {
    expect(passed.filter((name) => !settings.includes(name))).toEqual([]);
    const own = passed.filter((name) => worker.includes(`    ${name}: \${${name}`));
    expect(passed.filter((name) => !own.includes(name))).toEqual(['KAFKA_BROKERS', 'DATABASE_URL']);
  });

  it('passes on every setting of Partner Center and of credentials', () => {
    const wanted = settings.filter((name) => /^(PARTNER_CENTER|CREDENTIALS)_|^LEDGER_KEY$/.test(name));
    expect(wanted.length).toBeGreaterThan(10);
    expect(passed).toEqual(expect.arrayContaining(wanted));
  });
});

describe('docs/runbook.md', () => {
  it('has every metric of ours', () => {
    const names = [...read('libs/observability/src/metrics.ts').matchAll(/'((?:onboarding|partner_center)_\w+)'/g)];
    const text = read('docs/runbook.md');
    expect(names.map((found) => found[1] ?? '').filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  it('quotes log lines that the code writes', () => {
    const sources = globSync('{apps/onboarding-worker,libs/*}/src/**/*.ts', { cwd: root }).map(read).join('\n');
    const quoted = [...read('docs/runbook.md').matchAll(/[Ll]ines? `([^`]+)`/g)].map((found) => found[1] ?? '');
    expect(quoted.length).toBeGreaterThan(3);
    expect(quoted.filter((line) => !sources.includes(line))).toEqual([]);
  });
});
