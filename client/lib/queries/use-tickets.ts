import { useInfiniteQuery } from '@tanstack/react-query';
import { listTickets } from '../api/sdk.gen';
import type { ListTicketsData } from '../api/types.gen';
import type { TicketPage } from './types';

export type TicketFilter = Omit<NonNullable<ListTicketsData['query']>, 'cursor'>;

/** Which tickets are on offer, newest first. */
export function useTickets(filter: TicketFilter, initial?: TicketPage | null, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['tickets', filter],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam ? { cursor: pageParam } : {};
      const { data } = await listTickets({
        query: { ...filter, ...cursor },
        signal,
        throwOnError: true,
      });
      return data;
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...(initial ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
    enabled,
  });
}
