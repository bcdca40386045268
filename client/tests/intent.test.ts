import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forget, keyOf } from '../lib/http/intent.ts';

const items = [{ ticket_id: 't1', quantity: 2 }];

test('the same wish has the same key, however often it is clicked', () => {
  assert.equal(keyOf('order', { items }), keyOf('order', { items }));
});

test('another wish has another key', () => {
  assert.notEqual(keyOf('order', { items }), keyOf('order', { items: [] }));
  assert.notEqual(keyOf('order', { items }), keyOf('pay', { items }));
});

test('a settled wish may be had again', () => {
  const first = keyOf('order', { items });
  forget('order', { items });
  assert.notEqual(keyOf('order', { items }), first);
});

test('a key is visible ASCII and short enough', () => {
  assert.match(keyOf('order', items), /^[\x21-\x7e]{1,255}$/);
});
