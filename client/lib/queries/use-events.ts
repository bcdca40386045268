import { useInfiniteQuery } from '@tanstack/react-query';
import { listEvents } from '../api/sdk.gen';
import type { ListEventsData } from '../api/types.gen';
import { pages } from './pages';
import type { EventPage } from './types';

export type EventFilter = Omit<NonNullable<ListEventsData['query']>, 'cursor'>;

/** Which events there are, page by page, soonest first. */
export function useEvents(filter: EventFilter, initial?: EventPage | null, enabled = true) {
  return useInfiniteQuery({
    queryKey: ['events', filter],
    ...pages(({ signal, ...from }) =>
      listEvents({ query: { ...filter, ...from }, signal, throwOnError: true }),
    ),
    ...(initial ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
    enabled,
  });
}
