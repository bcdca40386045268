import { useInfiniteQuery } from '@tanstack/react-query';
import { listTickets } from '../api/sdk.gen';
import type { ListTicketsData } from '../api/types.gen';
import { pages } from './pages';
import type { TicketPage } from './types';

export type TicketFilter = Omit<NonNullable<ListTicketsData['query']>, 'cursor'>;

/** Which tickets are on offer, newest first. */
export function useTickets(filter: TicketFilter, initial?: TicketPage | null, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['tickets', filter],
    ...pages(({ signal, ...from }) =>
      listTickets({ query: { ...filter, ...from }, signal, throwOnError: true }),
    ),
    ...(initial ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
    enabled,
  });
}
