import { useQuery } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import type { Order } from './types';
import { useCurrentUser } from './use-current-user';

export interface RunningHold {
  order: Order;
  /** When the answer arrived, on the device's clock. */
  answeredAt: number;
}

/** The unpaid order that a visitor should not forget, if there is one. */
export function useRunningHold(): RunningHold | null {
  const { user } = useCurrentUser();
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['orders', 'running'],
    queryFn: async ({ signal }) => {
      const query = { status: 'created' as const, limit: 1 };
      const { data: page } = await listOrders({ query, signal, throwOnError: true });
      return page.items[0] ?? null;
    },
    enabled: user !== null,
    refetchOnWindowFocus: 'always',
  });
  return user && data ? { order: data, answeredAt: dataUpdatedAt } : null;
}
