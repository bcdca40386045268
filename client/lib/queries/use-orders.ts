import { useInfiniteQuery } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import type { Order } from './types';

export type OrderStatus = Order['status'];

/** One's own orders, newest first. */
export function useOrders(status: OrderStatus | undefined, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['orders', status ?? 'all'],
    queryFn: async ({ pageParam, signal }) => {
      const { data } = await listOrders({
        query: { ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) },
        signal,
        throwOnError: true,
      });
      return data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    enabled,
  });
}
