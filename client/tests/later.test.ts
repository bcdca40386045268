import assert from 'node:assert/strict';
import { test } from 'node:test';
import { persistently } from '../lib/later.ts';

/** Fails so often, and then is there. */
function flaky(failures: number) {
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries <= failures) throw new Error('lost');
    return tries;
  };
}

const atOnce = async () => undefined;

test('a script that is lost on its way is asked for again', async () => {
  assert.equal(await persistently(flaky(0), atOnce), 1);
  assert.equal(await persistently(flaky(3), atOnce), 4);
});

test('one that never comes is given up', async () => {
  await assert.rejects(persistently(flaky(100), atOnce), /lost/);
});
