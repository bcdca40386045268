import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownPath } from '../components/auth/own-path.ts';

test('a path of this site is followed', () => {
  assert.equal(ownPath('/orders/1?a=b', '/'), '/orders/1?a=b');
});

test('an address elsewhere is not', () => {
  for (const path of [
    null,
    '',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '//',
    '/\t/',
    '/..//evil.example',
    '/.//evil.example',
    '/%2e//evil.example',
    '/a/..//evil.example',
    '/.\\/evil.example',
  ]) {
    assert.equal(ownPath(path, '/'), '/', String(path));
  }
});
