import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { afterPaint } from '../server/after-paint.mjs';

const page = [
  '<head><link rel="preload" as="script" fetchPriority="low" href="/_next/b.js"/>',
  '<link rel="preload" href="/text.woff2" as="font"/>',
  '<script src="/_next/a.js" async=""></script><script>one()</script>',
  '<script src="/_next/old.js" noModule=""></script></head>',
  '<body>seen<script id="_R_" src="/_next/b.js" async=""></script></body>',
].join('');

/** What a page's own script does in a window; what it waits for is done when called. */
function opened(html: string, hidden: boolean) {
  const [, code] = /<script>(\(function.*?)<\/script>/s.exec(html) ?? [];
  const loaded: string[] = [];
  const frames: (() => void)[] = [];
  const timers: (() => void)[] = [];
  runInNewContext(code ?? '', {
    document: {
      hidden,
      createElement: () => ({}),
      head: { append: ({ src }: { src: string }) => loaded.push(src) },
    },
    requestAnimationFrame: (then: () => void) => frames.push(then),
    setTimeout: (then: () => void) => timers.push(then),
  });
  const run = (waiting: (() => void)[]) => {
    for (const then of waiting.splice(0)) then();
  };
  return { loaded, paint: () => run(frames), later: () => run(timers) };
}

test('scripts start once the page has been painted, each once', () => {
  const { loaded, paint, later } = opened(afterPaint(page), false);
  assert.deepEqual(loaded, []);
  paint();
  assert.deepEqual(loaded, []);
  later();
  assert.deepEqual(loaded, ['/_next/a.js', '/_next/b.js']);
  later();
  assert.equal(loaded.length, 2);
});

test('a window that nobody sees loads them at once', () => {
  assert.deepEqual(opened(afterPaint(page), true).loaded, ['/_next/a.js', '/_next/b.js']);
});

test('a page that is never painted loads them all the same', () => {
  const { loaded, later } = opened(afterPaint(page), false);
  later();
  assert.equal(loaded.length, 2);
});

test('all else of a page stays as it is', () => {
  const html = afterPaint(page);
  assert.match(html, /<link rel="preload" href="\/text.woff2" as="font"\/>/);
  assert.doesNotMatch(html, /as="script"/);
  assert.match(html, /<script>one\(\)<\/script>/);
  assert.match(html, /<script src="\/_next\/old.js" noModule=""><\/script>/);
  assert.match(html, /<body>seen<\/body>/);
  assert.equal(afterPaint('<p>no script</p>'), '<p>no script</p>');
});
