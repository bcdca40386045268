import assert from 'node:assert/strict';
import { beforeEach, describe, mock, test } from 'node:test';
import { changed, follow, type Source } from '../lib/live/follow.ts';
import type { Availability } from '../lib/queries/types.ts';

const left = (...tickets: [string, number][]): Availability => ({
  now: '2026-12-01T12:00:00Z',
  tickets: tickets.map(([id, available]) => ({ id, available, status: 'on_sale' })),
  poll_after: 2,
});

class Stream extends EventTarget {
  readyState = 0;

  close(): void {
    this.readyState = 2;
  }

  say(kind: string, data: Availability): void {
    this.readyState = 1;
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data) }));
  }

  fail(readyState: number): void {
    this.readyState = readyState;
    this.dispatchEvent(new Event('error'));
  }
}

class Page extends EventTarget {
  hidden = false;

  turn(type: string, hidden = this.hidden): void {
    this.hidden = hidden;
    this.dispatchEvent(new Event(type));
  }
}

function watching() {
  const streams: Stream[] = [];
  const page = new Page();
  const heard: [string, Availability | boolean][] = [];
  const note = (what: string) => (told: Availability | boolean) => heard.push([what, told]);
  const stop = follow(
    '/stream',
    { snapshot: note('snapshot'), change: note('change'), alone: note('alone') },
    {
      open: () => {
        const stream = new Stream();
        streams.push(stream);
        return stream as unknown as Source;
      },
      hidden: () => page.hidden,
      on: (turn, act) => {
        page.addEventListener(turn, act);
        return () => page.removeEventListener(turn, act);
      },
      random: () => 0,
    },
  );
  const current = () => streams.at(-1) as Stream;
  return { streams, page, heard, stop, current };
}

describe('following what is left', () => {
  beforeEach(() => {
    mock.timers.reset();
    mock.timers.enable({ apis: ['setTimeout'] });
  });

  test('what is said is passed on', () => {
    const { current, heard } = watching();
    current().say('snapshot', left(['a', 3]));
    current().say('change', left(['a', 2]));
    assert.deepEqual(heard, [
      ['alone', false],
      ['snapshot', left(['a', 3])],
      ['alone', false],
      ['change', left(['a', 2])],
    ]);
  });

  test('a stream that says nothing is not waited for', () => {
    const { heard } = watching();
    mock.timers.tick(4_000);
    assert.deepEqual(heard, [['alone', true]]);
  });

  test('one that ends and comes back within moments leaves nobody alone', () => {
    const { current, heard } = watching();
    current().say('snapshot', left());
    current().fail(0);
    mock.timers.tick(2_000);
    current().say('snapshot', left());
    mock.timers.tick(60_000);
    assert.deepEqual(
      heard.filter(([, told]) => told === true),
      [],
    );
  });

  test('one that is refused is tried again later', () => {
    const { current, heard, streams } = watching();
    current().fail(2);
    assert.deepEqual(heard, [['alone', true]]);
    mock.timers.tick(30_000);
    assert.equal(streams.length, 2);
    current().say('snapshot', left());
    assert.deepEqual(heard[1], ['alone', false]);
  });

  test('a page out of sight holds no connection', () => {
    const { current, page, streams, heard } = watching();
    page.turn('visibilitychange', true);
    assert.equal(current().readyState, 2);
    mock.timers.tick(120_000);
    assert.equal(streams.length, 1);
    page.turn('visibilitychange', false);
    assert.equal(streams.length, 2);
    assert.deepEqual(heard, []);
  });

  test('a page offline asks at once, to be told so, and comes back', () => {
    const { current, page, streams, heard } = watching();
    current().say('snapshot', left());
    page.turn('offline');
    assert.equal(current().readyState, 2);
    assert.deepEqual(heard.at(-1), ['alone', true]);
    page.turn('online');
    current().say('snapshot', left());
    assert.equal(streams.length, 2);
    assert.deepEqual(heard.at(-2), ['alone', false]);
  });

  test('once stopped it stays so', () => {
    const { current, page, streams, stop } = watching();
    stop();
    assert.equal(current().readyState, 2);
    page.turn('visibilitychange');
    mock.timers.tick(120_000);
    assert.equal(streams.length, 1);
  });
});

test('a change leaves other tickets as they were', () => {
  const known = left(['a', 3], ['b', 4]);
  assert.deepEqual(changed(known, { ...left(['b', 1]), poll_after: 7 }), {
    ...left(['a', 3], ['b', 1]),
    poll_after: 7,
  });
});
