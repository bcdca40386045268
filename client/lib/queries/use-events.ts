import { useInfiniteQuery } from '@tanstack/react-query';
import { listEvents } from '../api/sdk.gen';
import type { ListEventsData } from '../api/types.gen';
import type { EventPage } from './types';

export type EventFilter = Omit<NonNullable<ListEventsData['query']>, 'cursor'>;

/** Which events there are, page by page, soonest first. */
export function useEvents(filter: EventFilter, initial?: EventPage | null, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['events', filter],
    queryFn: async ({ pageParam, signal }) => {
      const cursor = pageParam ? { cursor: pageParam } : {};
      const { data } = await listEvents({
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
