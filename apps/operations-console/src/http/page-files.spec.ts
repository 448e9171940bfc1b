import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PageFiles } from './page-files.js';

let folder: string;
let page: PageFiles;
const HTML = `<!doctype html><title>console</title>${'<p>text</p>'.repeat(50)}`;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'page-'));
  mkdirSync(join(folder, 'icons'));
  writeFileSync(join(folder, 'index.html'), HTML);
  writeFileSync(join(folder, 'page-ABCD2345.js'), 'x');
  writeFileSync(join(folder, 'page-ABCD2345.js.map'), '{}');
  writeFileSync(join(folder, 'icons', 'icon.svg'), '<svg/>');
  page = PageFiles.read(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Answer {
  isOurs: boolean;
  status: number;
  headers: Record<string, unknown>;
  body: Buffer | undefined;
}

function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Answer {
  const answer: Answer = { isOurs: false, status: 200, headers: {}, body: undefined };
  const response = {
    set statusCode(status: number) {
      answer.status = status;
    },
    setHeader: (name: string, value: unknown) => (answer.headers[name] = value),
    end: (body?: Buffer) => (answer.body = body),
  };
  answer.isOurs = page.answer({ method, url, headers } as IncomingMessage, response as unknown as ServerResponse);
  return answer;
}

describe('the page', () => {
  it('is at the root and asked for every time, its named assets are kept for ever', () => {
    expect(ask('/').body?.toString()).toBe(HTML);
    expect(ask('/').headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
    expect(ask('/page-ABCD2345.js').headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect(ask('/icons/icon.svg').headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'cache-control': 'no-cache',
    });
  });

  it('is not sent again to whoever has it', () => {
    const { headers } = ask('/');
    expect(ask('/', { 'if-none-match': String(headers['etag']) })).toMatchObject({ status: 304, body: undefined });
    expect(ask('/', { 'if-none-match': '"another"' }).body?.toString()).toBe(HTML);
  });

  it('is sent in its small form to whoever reads it', () => {
    const { headers, body } = ask('/', { 'accept-encoding': 'gzip, deflate, br' });
    expect(headers).toMatchObject({ 'content-encoding': 'br', 'content-length': body?.length });
    expect(brotliDecompressSync(body ?? '').toString()).toBe(HTML);
    // Too small to get smaller.
    expect(ask('/page-ABCD2345.js', { 'accept-encoding': 'br' }).headers).not.toHaveProperty('content-encoding');
  });

  it('has no body for a HEAD, but its length', () => {
    expect(ask('/', {}, 'HEAD')).toMatchObject({ body: undefined, headers: { 'content-length': HTML.length } });
  });

  it.each([
    '/page-ABCD2345.js.map',
    '/../package.json',
    '/%2e%2e/package.json',
    '/icons',
    '/icons/',
    '//',
    '/INDEX.HTML',
    '',
  ])('has nothing at %s', (url) => {
    expect(ask(url).isOurs).toBe(false);
  });

  it('cannot be posted to', () => {
    expect(ask('/', {}, 'POST').isOurs).toBe(false);
  });
});

it('is not built where its folder is missing', () => {
  expect([PageFiles.read(join(folder, 'missing')).isBuilt, page.isBuilt]).toEqual([false, true]);
});
