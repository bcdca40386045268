import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sale, SalesSummary, TicketSales } from '../lib/queries/types.ts';
import { byName, matching, peopleOf } from '../lib/sales/door.ts';
import { namedPoints, percentOf, roundTop } from '../lib/sales/scale.ts';
import { byMostSold, newsOf, totalsOf } from '../lib/sales/totals.ts';

const sale = (code: string, name?: string) =>
  ({
    code,
    contact: name ? { name, email: `${code}@example.com` } : null,
    items: [{ quantity: 2 }, { quantity: 1 }],
  }) as unknown as Sale;

const codes = (sales: Sale[]) => sales.map(({ code }) => code).join('');

test('a door list goes by name as the language sorts, those without one last', () => {
  const sales = [
    sale('D'),
    sale('C', 'Zoë'),
    sale('B', 'ödön'),
    sale('A', 'Oda'),
    sale('E', 'oda'),
  ];
  assert.equal(codes(byName(sales, 'de-DE')), 'AEBCD');
});

test('a guest is found by parts of name, code and e-mail, in any spelling', () => {
  const sales = [sale('AB12', 'Zoë Żółty'), sale('CD34', 'Ada')];
  for (const typed of ['zoe', 'ŻOŁ', 'ab1', 'zolty'.slice(0, 2), 'ab12@', ' zoë  ab']) {
    assert.equal(codes(matching(sales, typed)), 'AB12', typed);
  }
  assert.equal(codes(matching(sales, '')), 'AB12CD34');
  assert.equal(codes(matching(sales, 'zoe ada')), '');
});

test('an order admits as many people as it has units', () => {
  assert.equal(peopleOf([sale('A'), sale('B')]), 6);
});

test('a chart ends at a round number, and so does its half', () => {
  assert.deepEqual([0, 1, 3, 7, 12, 99, 101].map(roundTop), [2, 2, 4, 8, 12, 100, 120]);
});

test('a chart names its ends and what fits between them', () => {
  assert.deepEqual(namedPoints(3, 4), [0, 1, 2]);
  assert.deepEqual(namedPoints(10, 4), [0, 3, 6, 9]);
  assert.deepEqual(namedPoints(0, 4), []);
});

test('a share is all only when it is all, and something when it is something', () => {
  assert.equal(percentOf(999, 1000), 99);
  assert.equal(percentOf(1, 1000), 1);
  assert.equal(percentOf(5, 5), 100);
  assert.equal(percentOf(0, 0), 0);
});

test('no two currencies are added up', () => {
  const ticket = { quantity: 10, held: 1, sold: 2, withheld: 3, revenue: 500 };
  const tickets = ['usd', 'usd', 'jpy'].map((currency) => ({ ...ticket, currency }) as TicketSales);
  const totals = totalsOf(tickets);
  assert.deepEqual(totals.revenue, [
    ['usd', 1000],
    ['jpy', 500],
  ]);
  assert.deepEqual([totals.quantity, totals.held, totals.sold, totals.withheld], [30, 3, 6, 9]);
  assert.equal(totals.left, 12);
});

test('what sold most is best, then what earned most, then what most people hold', () => {
  const sales = (sold: number, revenue: number, held: number) => ({ sold, revenue, held });
  const ranked = [sales(1, 5, 0), sales(0, 0, 0), sales(2, 3, 0), sales(0, 0, 4), sales(1, 9, 0)];
  assert.deepEqual(
    ranked.toSorted(byMostSold).map(({ revenue, held }) => revenue + held),
    [3, 9, 5, 4, 0],
  );
});

test('a refund in part is news, although its order stays complete', () => {
  const outcomes = { complete: 1, held: 0, expired: 0, cancelled: 0, refunded: 0, refunds_due: 0 };
  const sales = (revenue: number) =>
    ({ outcomes, tickets: [{ sold: 1, revenue }], series: [] }) as unknown as SalesSummary;
  assert.equal(newsOf(sales(2550)), newsOf(sales(2550)));
  assert.notEqual(newsOf(sales(2550)), newsOf(sales(1550)));
});
