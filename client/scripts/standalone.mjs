// After `next build`: puts static files beside the standalone server, and the page headers in front of it.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const standalone = join(root, '.next', 'standalone');
const server = join(standalone, 'server.js');
const headers = "import './page-headers.mjs';\n";

const copy = (from, to) => {
  if (existsSync(join(root, from))) {
    cpSync(join(root, from), join(standalone, to), { recursive: true });
  }
};

copy('.next/static', '.next/static');
copy('public', 'public');
copy('server/page-headers.mjs', 'page-headers.mjs');
copy('server/policy.mjs', 'policy.mjs');
copy('server/shelf.mjs', 'shelf.mjs');

const source = readFileSync(server, 'utf8');
if (!source.startsWith(headers)) writeFileSync(server, headers + source);
