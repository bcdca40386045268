import { useQuery } from '@tanstack/react-query';
import { getEventOptions } from '../api/@tanstack/react-query.gen';
import type { EventDetail } from './types';

/** An event as a page brought it along, and when the page's server had asked for it. */
export interface Brought {
  event: EventDetail;
  at: number;
}

/** In a rush pages are newer than this: a crowd does not ask again for what it just got. */
const FRESH = 15_000;

/** One event with its tickets; what the page brought along is shown meanwhile. */
export function useEvent(id: string | null, brought?: Brought) {
  return useQuery({
    ...getEventOptions({ path: { event_id: id ?? '' } }),
    enabled: id !== null,
    ...(brought
      ? { initialData: brought.event, initialDataUpdatedAt: brought.at, staleTime: FRESH }
      : {}),
  });
}
