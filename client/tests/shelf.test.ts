import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { answer, isShared, pageAsked, Shelf } from '../server/shelf.mjs';

const page = (etag: string) => ({
  headers: { etag, 'content-type': 'text/html', 'content-length': 4 },
  body: 'page',
});

test('whole pages are kept, parts of them and everything else is not', () => {
  assert.equal(pageAsked({ method: 'GET', url: '/events/1?a', headers: {} }), '/events/1?a');
  assert.equal(pageAsked({ method: 'HEAD', url: '/events/1', headers: {} }), null);
  assert.equal(pageAsked({ method: 'POST', url: '/events/1', headers: {} }), null);
  assert.equal(pageAsked({ method: 'GET', url: '/_next/static/a.js', headers: {} }), null);
  assert.equal(pageAsked({ method: 'GET', url: '/events/1', headers: { rsc: '1' } }), null);
});

test('only what everybody may see is kept', () => {
  const shared = { 'cache-control': 's-maxage=5, stale-while-revalidate=30' };
  assert.equal(isShared(200, shared), true);
  assert.equal(isShared(404, shared), false);
  assert.equal(isShared(200, { ...shared, 'set-cookie': ['a=b'] }), false);
  assert.equal(isShared(200, { 'cache-control': 'private, no-store' }), false);
  assert.equal(isShared(200, { 'cache-control': 's-maxage=0' }), false);
  assert.equal(isShared(200, {}), false);
});

test('what is kept says that it differs by what a browser reads', () => {
  const shelf = new Shelf();
  shelf.put('/', { headers: { vary: 'rsc' }, body: 'page' }, 0);
  assert.equal(shelf.get('/', 1)?.headers.vary, 'rsc, accept-encoding');
});

test('a page is kept for a moment, and no more than there is room for', () => {
  const shelf = new Shelf();
  shelf.put('/0', page('"a"'), 0);
  assert.equal(String(shelf.get('/0', 999)?.body), 'page');
  assert.equal(shelf.get('/0', 1000), null);
  for (let n = 0; n <= 500; n += 1) shelf.put(`/${n}`, page('"b"'), 0);
  assert.equal(shelf.get('/0', 1), null);
  assert.ok(shelf.get('/500', 1));
});

describe('an answer from the shelf', () => {
  const server = createServer((request, response) => answer(page('"a"'), request, response));
  let url = '';
  before(async () => {
    await new Promise<void>((listening) => {
      server.listen(0, '127.0.0.1', listening);
    });
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  after(() => server.close());

  test('is the page as it was', async () => {
    const answered = await fetch(url);
    assert.equal(answered.status, 200);
    assert.equal(answered.headers.get('content-type'), 'text/html');
    assert.equal(await answered.text(), 'page');
  });

  test('travels packed to whoever can read that', async () => {
    const packed = await fetch(url, { headers: { 'Accept-Encoding': 'br, gzip' } });
    assert.equal(packed.headers.get('content-encoding'), 'gzip');
    assert.equal(packed.headers.get('etag'), 'W/"a"');
    assert.equal(await packed.text(), 'page');
    const plain = await fetch(url, { headers: { 'Accept-Encoding': 'identity' } });
    assert.equal(plain.headers.get('content-encoding'), null);
    assert.equal(plain.headers.get('etag'), '"a"');
    assert.equal(await plain.text(), 'page');
  });

  test('is short for whoever has it packed', async () => {
    const answered = await fetch(url, { headers: { 'If-None-Match': 'W/"a"' } });
    assert.equal(answered.status, 304);
  });

  test('is short for whoever has it', async () => {
    const answered = await fetch(url, { headers: { 'If-None-Match': '"a"' } });
    assert.equal(answered.status, 304);
    assert.equal(answered.headers.get('etag'), '"a"');
    assert.equal(await answered.text(), '');
  });
});
