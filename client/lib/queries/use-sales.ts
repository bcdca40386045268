import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { listSales } from '../api/sdk.gen';
import { pages } from './pages';
import type { SalesFilter } from './types';

/** Orders of one's own tickets, newest first. */
export function useSales(filter: SalesFilter) {
  return useInfiniteQuery({
    queryKey: ['sales', filter],
    ...pages(({ signal, ...from }) =>
      listSales({ query: { ...filter, ...from }, signal, throwOnError: true }),
    ),
    placeholderData: keepPreviousData,
  });
}
