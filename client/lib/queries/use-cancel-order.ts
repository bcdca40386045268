import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getOrderQueryKey } from '../api/@tanstack/react-query.gen';
import { cancelOrder } from '../api/sdk.gen';

/** Gives an unpaid order's tickets back. */
export function useCancelOrder(id: string) {
  const queries = useQueryClient();
  const path = { order_id: id };
  return useMutation({
    mutationFn: async () => {
      await cancelOrder({ path, throwOnError: true });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: getOrderQueryKey({ path }) }),
  });
}
