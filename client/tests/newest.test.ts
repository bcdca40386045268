import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/react-query';
import { newestBy } from '../lib/queries/newest.ts';

interface Order {
  version: number;
  status: string;
  heardAt?: number;
}

const queryKey = ['order'];

/** What is known once `answer` has come late: `told` was heard meanwhile. */
async function known({ answer, told }: { answer: Order; told: Order }) {
  const queries = new QueryClient();
  const { promise, resolve } = Promise.withResolvers<Order>();
  queries.setQueryDefaults(queryKey, {
    structuralSharing: newestBy(({ version }: Order) => version),
  });
  const asked = queries.fetchQuery({ queryKey, queryFn: () => promise });
  queries.setQueryData(queryKey, told);
  resolve(answer);
  await asked;
  return queries.getQueryData(queryKey);
}

const held = { version: 2, status: 'created' };
const paid = { version: 3, status: 'complete' };

test('an answer that was under way while an order was paid does not make it unpaid', async () => {
  assert.deepEqual(await known({ answer: held, told: paid }), paid);
});

test('a late answer does not renew the moment at which the kept one came', async () => {
  const told = { ...paid, heardAt: 1 };
  assert.deepEqual(await known({ answer: { ...held, heardAt: 2 }, told }), told);
});

test('a newer answer counts', async () => {
  assert.deepEqual(await known({ answer: paid, told: held }), paid);
});

test('another answer of the same age counts: it knows what time it is', async () => {
  const later = { ...held, now: '12:01' };
  assert.deepEqual(await known({ answer: later, told: held }), later);
});
