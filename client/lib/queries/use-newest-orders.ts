import { useQuery, useQueryClient } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import { heard } from '../time/clock';
import type { HeardOrder } from './types';
import { useCurrentUser } from './use-current-user';

export const NEWEST = ['orders', 'newest'] as const;

export interface NewestOrders {
  orders: HeardOrder[];
  refresh: () => void;
}

/** The newest orders of whoever is here: a hold lasts minutes, so what is held is among them. */
export function useNewestOrders(): NewestOrders {
  const { user } = useCurrentUser();
  const queries = useQueryClient();
  const { data } = useQuery({
    queryKey: NEWEST,
    queryFn: async ({ signal }): Promise<HeardOrder[]> => {
      const { data } = await listOrders({ signal, throwOnError: true });
      return data.items.map(heard);
    },
    enabled: user !== null,
    refetchOnWindowFocus: 'always',
  });
  return {
    orders: (user && data) || [],
    // What is under way may wait for a busy service: it is not asked anew.
    refresh: () =>
      void queries.invalidateQueries({ queryKey: ['orders'] }, { cancelRefetch: false }),
  };
}
