// After `next build`: puts static files beside the standalone server, and the page headers in front of it.
import { cpSync, existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const standalone = join(root, '.next', 'standalone');
const headers = "import './page-headers.mjs';\n";
/**
 * A page runs most of its scripts at once. Told so, V8 compiles them whole and beside
 * the main thread, which halves what that has to do until a page can be touched.
 */
const compiled = '//# allFunctionsCalledOnLoad\n';

const copy = (from, to) => {
  if (existsSync(join(root, from))) {
    cpSync(join(root, from), join(standalone, to), { recursive: true });
  }
};

function begin(file, line) {
  const source = readFileSync(file, 'utf8');
  if (!source.startsWith(line)) writeFileSync(file, line + source);
}

copy('.next/static', '.next/static');
copy('public', 'public');
copy('server/after-paint.mjs', 'after-paint.mjs');
copy('server/page-headers.mjs', 'page-headers.mjs');
copy('server/policy.mjs', 'policy.mjs');
copy('server/shelf.mjs', 'shelf.mjs');

begin(join(standalone, 'server.js'), headers);
for (const script of globSync(join(standalone, '.next/static/chunks/**/*.js'))) {
  begin(script, compiled);
}
