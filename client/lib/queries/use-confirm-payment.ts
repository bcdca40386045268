import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getOrderQueryKey, listPaymentsQueryKey } from '../api/@tanstack/react-query.gen';
import { confirmPayment } from '../api/sdk.gen';
import { randomKey } from '../http/intent';

/** Back from the bank: has the provider asked what came of it. */
export function useConfirmPayment(orderId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (paymentId: string) => {
      const { data } = await confirmPayment({
        path: { payment_id: paymentId },
        headers: { 'Idempotency-Key': randomKey() },
        throwOnError: true,
      });
      return data;
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
