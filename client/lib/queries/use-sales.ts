import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { listSales } from '../api/sdk.gen';
import type { SalesFilter } from './types';

/** Orders of one's own tickets, newest first. */
export function useSales(filter: SalesFilter) {
  return useInfiniteQuery({
    queryKey: ['sales', filter],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam ? { cursor: pageParam } : {};
      const { data } = await listSales({
        query: { ...filter, ...cursor },
        signal,
        throwOnError: true,
      });
      return data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });
}
