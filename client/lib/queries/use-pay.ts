import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getOrderQueryKey, listPaymentsQueryKey } from '../api/@tanstack/react-query.gen';
import { createPayment } from '../api/sdk.gen';
import { forget, keyOf } from '../http/intent';
import { once } from '../http/once';
import { isCode } from '../http/problem';
import type { Payment } from './types';

const OVER: readonly Payment['status'][] = ['failed', 'voided'];

/** Pays an order with a card, or settles one that costs nothing; once, however often it is clicked. */
export function usePay(orderId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (token: string | null) => once(scope(orderId), () => attempt(orderId, token)),
    onError: (error, token) => {
      if (isCode(error, 'declined')) forget(scope(orderId), token);
    },
    onSettled: () => {
      void queries.invalidateQueries({
        queryKey: listPaymentsQueryKey({ query: { order_id: orderId } }),
      });
      void queries.invalidateQueries({
        queryKey: getOrderQueryKey({ path: { order_id: orderId } }),
      });
    },
  });
}

const scope = (orderId: string) => `pay:${orderId}`;

async function attempt(orderId: string, token: string | null): Promise<Payment> {
  const first = await pay(orderId, token);
  if (!OVER.includes(first.status)) return first;
  forget(scope(orderId), token); // that attempt is over: this is another one
  return pay(orderId, token);
}

async function pay(orderId: string, token: string | null): Promise<Payment> {
  const { data } = await createPayment({
    body: { order_id: orderId, ...(token ? { token } : {}) },
    headers: { 'Idempotency-Key': keyOf(scope(orderId), token) },
    throwOnError: true,
  });
  return data;
}
