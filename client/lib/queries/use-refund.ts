import { useMutation, useQueryClient } from '@tanstack/react-query';
import { listPaymentsQueryKey } from '../api/@tanstack/react-query.gen';
import { refundPayment } from '../api/sdk.gen';
import type { RefundPaymentData } from '../api/types.gen';
import { forget, keyOf } from '../http/intent';
import { once } from '../http/once';

export type RefundWish = RefundPaymentData['body'];

/** Gives money of one's own sale back; once, however often it is clicked. */
export function useRefund(paymentId: string | null) {
  const queries = useQueryClient();
  const scope = `refund:${paymentId}`;
  return useMutation({
    mutationFn: (wish: RefundWish) =>
      once(scope, async () => {
        const { data } = await refundPayment({
          path: { payment_id: paymentId ?? '' },
          body: wish,
          headers: { 'Idempotency-Key': keyOf(scope, wish) },
          throwOnError: true,
        });
        forget(scope, wish); // the same again is another refund
        return data;
      }),
    onSettled: () => {
      // They know at once; the sales do once orders have heard of it.
      void queries.invalidateQueries({ queryKey: listPaymentsQueryKey() });
      void queries.invalidateQueries({ queryKey: ['sales'] });
      void queries.invalidateQueries({ queryKey: ['door'] });
    },
  });
}
