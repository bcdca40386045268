import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from '../lib/http/once.ts';

test('two calls of the same moment act once and get the same answer', async () => {
  let acts = 0;
  const act = async () => {
    acts += 1;
    return acts;
  };
  assert.deepEqual(await Promise.all([once('order', act), once('order', act)]), [1, 1]);
});

test('what ended may begin again, also after a failure', async () => {
  await assert.rejects(
    once('pay', async () => {
      throw new Error('no');
    }),
  );
  assert.equal(await once('pay', async () => 'yes'), 'yes');
});

test('different wishes do not wait for each other', async () => {
  const answers = await Promise.all([once('a', async () => 1), once('b', async () => 2)]);
  assert.deepEqual(answers, [1, 2]);
});
