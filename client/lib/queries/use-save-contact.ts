import { useMutation, useQueryClient } from '@tanstack/react-query';
import { updateOrder } from '../api/sdk.gen';
import type { Contact } from './types';
import { keepOrder } from './use-order';

/** Says who an unpaid order is for. */
export function useSaveContact(orderId: string) {
  const queries = useQueryClient();
  const path = { order_id: orderId };
  return useMutation({
    mutationFn: async (contact: Contact) => {
      const { data } = await updateOrder({ path, body: { contact }, throwOnError: true });
      return data;
    },
    onSuccess: (order) => keepOrder(queries, order),
  });
}
