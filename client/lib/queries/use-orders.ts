import { useInfiniteQuery } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import { pages } from './pages';
import type { Order } from './types';

export type OrderStatus = Order['status'];

/** One's own orders, newest first. */
export function useOrders(status: OrderStatus | undefined, enabled: boolean) {
  return useInfiniteQuery({
    queryKey: ['orders', status ?? 'all'],
    ...pages(({ signal, ...from }) =>
      listOrders({
        query: { ...(status ? { status } : {}), ...from },
        signal,
        throwOnError: true,
      }),
    ),
    enabled,
  });
}
