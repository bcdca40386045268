import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosenOf, mostOf, type Offer, totalOf } from '../components/tickets/offer.ts';

const offer = (changes: Partial<Offer> = {}): Offer => ({
  id: 'a',
  title: 'Floor',
  price: 2000,
  fee: 150,
  currency: 'usd',
  status: 'on_sale',
  available: 100,
  limit: 6,
  saleStartsAt: null,
  ...changes,
});

test('nobody chooses more than is left, than the limit, or than an order holds', () => {
  assert.equal(mostOf(offer(), {}), 6);
  assert.equal(mostOf(offer({ available: 2 }), {}), 2);
  assert.equal(mostOf(offer({ limit: 50 }), { b: 47 }), 3);
  assert.equal(mostOf(offer({ status: 'all_held' }), {}), 0);
});

test('what sold out meanwhile is no longer chosen', () => {
  const offers = [offer({ status: 'sold_out', available: 0 }), offer({ id: 'b', available: 1 })];
  assert.deepEqual(chosenOf(offers, { a: 2, b: 3 }), { b: 1 });
});

test('the total is what the buyer pays, fees included', () => {
  assert.equal(totalOf([offer(), offer({ id: 'b', price: 500, fee: 0 })], { a: 2, b: 1 }), 4800);
});
