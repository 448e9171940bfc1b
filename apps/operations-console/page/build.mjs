/**
 * Bundles the page into dist/apps/operations-console/page: scripts, styles and icons with hashed names, so that they may
 * be kept for ever, and an index.html that only names them. Nothing is inline and nothing comes from elsewhere, so that
 * the policy `default-src 'self'` holds; charts are a script of their own that only the overview loads.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { build } from 'esbuild';

const page = import.meta.dirname;
const out = join(page, '../../../dist/apps/operations-console/page');
const DATA_ADDRESS = /url\("data:image\/svg\+xml,([^"]+)"\)/g;

/** Pico's icons are data addresses, which the policy refuses: each becomes a file. */
const iconsAsFiles = {
  name: 'icons-as-files',
  setup({ onLoad, onResolve }) {
    const icons = [];
    onLoad({ filter: /pico[^/]*\.css$/ }, ({ path }) => {
      const asFile = (_, data) => {
        const svg = decodeURIComponent(data);
        if (!icons.includes(svg)) icons.push(svg);
        return `url("icon-${icons.indexOf(svg)}.svg")`;
      };
      return { loader: 'css', contents: readFileSync(path, 'utf8').replace(DATA_ADDRESS, asFile) };
    });
    onResolve({ filter: /^icon-\d+\.svg$/ }, ({ path }) => ({ path, namespace: 'icons' }));
    onLoad({ filter: /.*/, namespace: 'icons' }, ({ path }) => {
      return { loader: 'file', contents: icons[Number(/\d+/.exec(path)[0])] };
    });
  },
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const { metafile } = await build({
  absWorkingDir: page,
  entryPoints: { page: 'src/main.tsx', style: 'src/page.css' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox115', 'safari16.4'],
  minify: true,
  legalComments: 'none',
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.svg': 'file' },
  plugins: [iconsAsFiles],
  metafile: true,
});

/** The hashed name of what an entry point became. */
function nameOf(entry) {
  return basename(Object.keys(metafile.outputs).find((path) => metafile.outputs[path].entryPoint === entry));
}

const html = readFileSync(join(page, 'index.html'), 'utf8')
  .replace('page.js', nameOf('src/main.tsx'))
  .replace('style.css', nameOf('src/page.css'));
writeFileSync(join(out, 'index.html'), html);
copyFileSync(join(page, 'icon.svg'), join(out, 'icon.svg'));
console.log(`page: ${Object.keys(metafile.outputs).length} files in ${relative(process.cwd(), out)}`);
