import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

interface PageFile {
  type: string;
  body: Buffer;
  /** Smaller form for browsers that read it; null where it would not be smaller. */
  brotli: Buffer | null;
  etag: string;
  cacheControl: string;
}

/** What is not listed is not served: maps and notes of the build stay here. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
/** The build writes a digest of the content into the name: another content has another name. */
const HAS_DIGEST = /-[A-Z0-9]{8}\.\w+$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_EVERY_TIME = 'no-cache';

/**
 * The built page, read once at start. Only these exact paths are answered, so that no address can lead out of the
 * folder; they hold no data and need no login.
 */
export class PageFiles {
  private constructor(private readonly files: ReadonlyMap<string, PageFile>) {}

  /** Of a folder that is not there (the page was not built) there are no files. */
  static read(folder: string): PageFiles {
    const files = new Map<string, PageFile>();
    for (const name of namesIn(folder)) {
      const type = TYPES[extname(name)];
      if (type === undefined) continue;
      files.set(`/${name.split(sep).join('/')}`, pageFile(name, type, readFileSync(join(folder, name))));
    }
    const index = files.get('/index.html');
    if (index) files.set('/', index);
    return new PageFiles(files);
  }

  get isBuilt(): boolean {
    return this.files.has('/');
  }

  /** True when the request was for one of the files; it is answered then. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const file = isRead ? this.files.get((request.url ?? '').split('?', 1)[0] ?? '') : undefined;
    if (!file) return false;
    response.setHeader('etag', file.etag);
    response.setHeader('cache-control', file.cacheControl);
    response.setHeader('vary', 'accept-encoding');
    if (request.headers['if-none-match'] === file.etag) {
      response.statusCode = 304;
      response.end();
      return true;
    }
    const wantsBrotli = /\bbr\b/.test(String(request.headers['accept-encoding'] ?? ''));
    const body = wantsBrotli ? (file.brotli ?? file.body) : file.body;
    if (body === file.brotli) response.setHeader('content-encoding', 'br');
    response.setHeader('content-type', file.type);
    response.setHeader('content-length', body.length);
    response.end(request.method === 'HEAD' ? undefined : body);
    return true;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function pageFile(name: string, type: string, body: Buffer): PageFile {
  const brotli = brotliCompressSync(body);
  return {
    type,
    body,
    brotli: brotli.length < body.length ? brotli : null,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    cacheControl: HAS_DIGEST.test(name) ? FOR_EVER : ASK_EVERY_TIME,
  };
}
