import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asPreset, dayHere, rangeOf, rangeOfDay } from '../lib/time/ranges.ts';

const local = (text: string | undefined) => (text ? new Date(text).toString().slice(0, 21) : text);
const wednesday = new Date(2026, 10, 25, 15, 0);
const sunday = new Date(2026, 10, 29, 15, 0);

test('any date is no limit', () => {
  assert.deepEqual(rangeOf('any', wednesday), {});
});

test('today ends at midnight and has begun already', () => {
  const { from, to } = rangeOf('today', wednesday);
  assert.equal(from, undefined);
  assert.equal(local(to), 'Thu Nov 26 2026 00:00');
});

test('a weekend is Friday to Sunday, and on Sunday still this one', () => {
  const ahead = rangeOf('weekend', wednesday);
  assert.deepEqual(
    [local(ahead.from), local(ahead.to)],
    ['Fri Nov 27 2026 00:00', 'Mon Nov 30 2026 00:00'],
  );
  const last = rangeOf('weekend', sunday);
  assert.deepEqual([last.from, local(last.to)], [undefined, 'Mon Nov 30 2026 00:00']);
});

test('a day is that day', () => {
  const { from, to } = rangeOfDay('2026-12-01');
  assert.deepEqual([local(from), local(to)], ['Tue Dec 01 2026 00:00', 'Wed Dec 02 2026 00:00']);
});

test('a day of the year two is not one of 1902', () => {
  const { from, to } = rangeOfDay('0002-12-01');
  assert.deepEqual(
    [from, to].map((moment) => dayHere(new Date(moment ?? ''))),
    ['0002-12-01', '0002-12-02'],
  );
});

test('today is a day as date fields write it', () => {
  assert.equal(dayHere(new Date(2026, 2, 4, 23, 59)), '2026-03-04');
});

test('what is no preset is any date', () => {
  assert.equal(asPreset('yesterday'), 'any');
  assert.equal(asPreset(null), 'any');
});
