import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { clockFrom, heard } from '../lib/time/clock.ts';
import { announcement, clockFace, remaining, spokenMinutes } from '../lib/time/countdown.ts';
import { hasSlept } from '../lib/time/sleep.ts';
import { clocksDiffer, utcToLocal, zonedToUtc } from '../lib/time/zoned.ts';

const minutes = (count: number) => remaining(count * 60_000, 0);

test('a countdown follows the clock of the server, not of the device', () => {
  let ticks = 5_000;
  const clock = clockFrom({ now: '2026-11-22T12:00:00Z', heardAt: 5_000 }, () => ticks);
  ticks = 65_000;
  assert.equal(new Date(clock.now()).toISOString(), '2026-11-22T12:01:00.000Z');
});

test('an answer keeps the moment at which it came', () => {
  const answer = heard({ now: '2026-11-22T12:00:00Z' });
  assert.ok(Math.abs(answer.heardAt - performance.now()) < 1_000);
});

test('a device whose clock ran on while the other stood still has slept, and once', () => {
  assert.equal(hasSlept(), false);
  const woken = Date.now() + 60_000;
  const clock = mock.method(Date, 'now', () => woken);
  assert.equal(hasSlept(), true);
  assert.equal(hasSlept(), false);
  clock.mock.restore();
  assert.equal(hasSlept(), false); // set back, as people do, is no sleep
});

test('a second that has begun still counts, and nothing is less than nothing', () => {
  assert.equal(clockFace(remaining(60_400, 0)), '1:01');
  assert.equal(clockFace(remaining(3_725_000, 0)), '1:02:05');
  assert.equal(remaining(0, 5_000).over, true);
  assert.equal(clockFace(remaining(0, 5_000)), '0:00');
});

test('minutes are spoken rounded up', () => {
  assert.equal(spokenMinutes(minutes(14.2)), 15);
  assert.equal(spokenMinutes(minutes(1)), 1);
});

test('a screen reader is told at five and at two minutes', () => {
  assert.equal(announcement(minutes(6)), null);
  assert.equal(announcement(minutes(5)), 5);
  assert.equal(announcement(minutes(2.1)), 5);
  assert.equal(announcement(minutes(2)), 2);
  assert.equal(announcement(minutes(0)), null);
});

test('a wall clock of the venue is a moment, in winter and in summer', () => {
  assert.equal(zonedToUtc('2026-12-01T19:30', 'Europe/Berlin'), '2026-12-01T18:30:00.000Z');
  assert.equal(zonedToUtc('2026-07-01T19:30', 'Europe/Berlin'), '2026-07-01T17:30:00.000Z');
  assert.equal(zonedToUtc('2026-07-01T19:30', 'America/New_York'), '2026-07-01T23:30:00.000Z');
  assert.equal(zonedToUtc('2026-07-01T19:30', 'Asia/Kolkata'), '2026-07-01T14:00:00.000Z');
});

test('an hour that the clock skips becomes the next one', () => {
  assert.equal(zonedToUtc('2026-03-29T02:30', 'Europe/Berlin'), '2026-03-29T01:30:00.000Z');
});

test('a moment is shown on the clock of the venue', () => {
  assert.equal(utcToLocal('2026-12-01T18:30:00Z', 'Europe/Berlin'), '2026-12-01T19:30');
});

test('two zones may show the same clock', () => {
  assert.equal(clocksDiffer('2026-12-01T18:30:00Z', 'Europe/Berlin', 'Europe/Paris'), false);
  assert.equal(clocksDiffer('2026-12-01T18:30:00Z', 'Europe/Berlin', 'Europe/London'), true);
});
