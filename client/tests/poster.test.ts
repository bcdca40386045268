import assert from 'node:assert/strict';
import { test } from 'node:test';
import { posterOf } from '../lib/poster.ts';

const ids = Array.from(
  { length: 200 },
  (_, index) => `0193a1b2-7c00-7000-8000-${String(index).padStart(12, '0')}`,
);

test('an event always has the same poster', () => {
  assert.deepEqual(posterOf('one'), posterOf('one'));
});

test('posters of neighbouring ids differ', () => {
  const drawn = new Set(ids.map((id) => JSON.stringify(posterOf(id))));
  assert.ok(drawn.size > 190, `${drawn.size} of ${ids.length}`);
});

test('a poster is small enough to be drawn two dozen times on a page', () => {
  const sizes = ids.map((id) => JSON.stringify(posterOf(id)).length);
  assert.ok(Math.max(...sizes) < 8_000, `${Math.max(...sizes)}`);
});
