import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

// The built page as files: what a browser has to load, and that nothing of it comes from elsewhere.

const PAGE = join(import.meta.dirname, '../../dist/apps/operations-console/page');
const MAX_BYTES = 100_000;
const read = (name: string): string => readFileSync(join(PAGE, name), 'utf8');
const names = readdirSync(PAGE);

it('is less than 100 kB, compressed, with its charts', () => {
  const sizes = names.map((name) => gzipSync(read(name)).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MAX_BYTES);
});

it('has scripts and styles in files of their own, with a digest in the name', () => {
  const html = read('index.html');
  expect(html).not.toMatch(/<style|style=|<script(?![^>]* src=)|\son\w+=/);
  expect(html).toMatch(/src="\.\/page-[A-Z0-9]{8}\.js"/);
  expect(html).toMatch(/href="\.\/style-[A-Z0-9]{8}\.css"/);
});

it('asks nobody else for anything, not even a data address', () => {
  const addresses = names
    .filter((name) => /\.(css|html)$/.test(name))
    .flatMap((name) => read(name).match(/(?:url\(|src=|href=)["']?[^"')]+/g) ?? []);
  expect(addresses.length).toBeGreaterThan(5);
  expect(addresses.filter((address) => !address.includes('./'))).toEqual([]);
});
