import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripeAmount } from '../lib/stripe/amount.ts';

test('amounts are minor units, as they are everywhere', () => {
  assert.equal(stripeAmount(2550, 'usd'), 2550);
  assert.equal(stripeAmount(2550, 'jpy'), 2550);
  assert.equal(stripeAmount(2550, 'kwd'), 2550);
});

test('three currencies are counted otherwise by Stripe', () => {
  assert.equal(stripeAmount(500, 'ISK'), 50_000);
  assert.equal(stripeAmount(500, 'ugx'), 50_000);
  assert.equal(stripeAmount(50_000, 'mga'), 500);
});
