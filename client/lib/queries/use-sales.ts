import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { listSales } from '../api/sdk.gen';
import { pages } from './pages';
import type { SalesFilter } from './types';

/** Of many events the newest are looked at, of one all of them. */
const FEW = 10;

/** Orders of one's own tickets, newest first. */
export function useSales(filter: SalesFilter) {
  const size = filter.event_id ? {} : { limit: FEW };
  return useInfiniteQuery({
    queryKey: ['sales', filter],
    ...pages(({ signal, ...from }) =>
      listSales({ query: { ...size, ...filter, ...from }, signal, throwOnError: true }),
    ),
    placeholderData: keepPreviousData,
  });
}
