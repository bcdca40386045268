import { useQuery, useQueryClient } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import type { Order } from './types';
import { useCurrentUser } from './use-current-user';

export interface NewestOrders {
  orders: Order[];
  /** When the answer arrived, on the device's clock. */
  answeredAt: number;
  refresh: () => void;
}

/** The newest orders of whoever is here: a hold lasts minutes, so what is held is among them. */
export function useNewestOrders(): NewestOrders {
  const { user } = useCurrentUser();
  const queries = useQueryClient();
  const { data, dataUpdatedAt } = useQuery({
    queryKey: ['orders', 'newest'],
    queryFn: async ({ signal }) => (await listOrders({ signal, throwOnError: true })).data.items,
    enabled: user !== null,
    refetchOnWindowFocus: 'always',
  });
  return {
    orders: (user && data) || [],
    answeredAt: dataUpdatedAt,
    // What is under way may wait for a busy service: it is not asked anew.
    refresh: () =>
      void queries.invalidateQueries({ queryKey: ['orders'] }, { cancelRefetch: false }),
  };
}
