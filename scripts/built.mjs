/**
 * Whether `dist` is what a build of the sources as they are now would give. After a build of ours the digest of the
 * sources and the time of the newest built file are written down; any other build changes that time, any edit the digest.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['apps', 'libs'];
const SETTINGS = ['nest-cli.json', 'package.json', 'package-lock.json', 'tsconfig.json'];
const NOTE = 'dist/.built-from.json';

export function isBuilt(root) {
  try {
    const { sources, builtAtMs } = JSON.parse(readFileSync(join(root, NOTE), 'utf8'));
    return builtAtMs === newestBuiltMs(root) && sources === digestOfSources(root);
  } catch {
    return false;
  }
}

/** `sources` is the digest from before the build: what is edited meanwhile may be missing in it. */
export function rememberBuild(root, sources) {
  writeFileSync(join(root, NOTE), JSON.stringify({ sources, builtAtMs: newestBuiltMs(root) }));
}

export function digestOfSources(root) {
  const hash = createHash('sha256');
  const sources = SOURCES.flatMap((folder) => filesBelow(root, folder)).filter((path) =>
    /\.(tsx?|mjs|json|css|html|svg)$/.test(path),
  );
  for (const path of [...SETTINGS, ...sources.sort()]) hash.update(`${path}\0`).update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

function newestBuiltMs(root) {
  const built = filesBelow(root, 'dist').filter((path) => path.endsWith('.js'));
  return Math.max(...built.map((path) => statSync(join(root, path)).mtimeMs));
}

function filesBelow(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(root, path) : [path];
  });
}
