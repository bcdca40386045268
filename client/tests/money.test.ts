import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editableMoney, formatMoney, fractionDigits, parseMoney } from '../lib/format/money.ts';

test('a currency has as many decimals as ISO 4217 gives it', () => {
  assert.deepEqual(['usd', 'jpy', 'kwd'].map(fractionDigits), [2, 0, 3]);
  assert.deepEqual(
    ['isk', 'ugx', 'huf', 'lak', 'iqd', 'mga'].map(fractionDigits),
    [0, 0, 2, 2, 3, 2],
  );
});

test('an amount is shown in its own currency and language', () => {
  assert.equal(formatMoney(2550, 'usd', 'en-US'), '$25.50');
  assert.equal(formatMoney(2550, 'jpy', 'en-US'), '¥2,550');
  assert.equal(formatMoney(2550, 'kwd', 'en-US'), 'KWD\u00a02.550');
  assert.equal(formatMoney(2550, 'lak', 'en-US'), 'LAK\u00a025.50');
  assert.equal(formatMoney(2550, 'eur', 'de-DE'), '25,50\u00a0€');
});

test('a whole amount may drop its zeros', () => {
  assert.equal(formatMoney(2500, 'usd', 'en-US', { short: true }), '$25');
  assert.equal(formatMoney(2550, 'usd', 'en-US', { short: true }), '$25.50');
});

test('what a person types becomes minor units without rounding', () => {
  assert.equal(parseMoney('25,5', 'eur'), 2550);
  assert.equal(parseMoney('0.29', 'usd'), 29);
  assert.equal(parseMoney('19.99', 'usd'), 1999);
  assert.equal(parseMoney("1'200", 'usd'), 120000);
  assert.equal(parseMoney('2500', 'jpy'), 2500);
  assert.equal(parseMoney('1.234', 'kwd'), 1234);
});

test('what is no amount of the currency is refused', () => {
  for (const text of ['', 'free', '-1', '1.2.3', '12.345']) {
    assert.equal(parseMoney(text, 'usd'), null, text);
  }
  assert.equal(parseMoney('12.5', 'jpy'), null);
});

test('an amount survives being edited', () => {
  for (const [amount, currency] of [
    [2550, 'usd'],
    [2500, 'usd'],
    [7, 'eur'],
    [2550, 'jpy'],
    [1234, 'kwd'],
  ] as const) {
    assert.equal(parseMoney(editableMoney(amount, currency), currency), amount);
  }
});
