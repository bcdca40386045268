import { useQuery } from '@tanstack/react-query';
import { getEventOptions } from '../api/@tanstack/react-query.gen';
import type { EventDetail } from './types';

/** One event with its tickets; what the server already wrote into the page is shown meanwhile. */
export function useEvent(id: string | null, initial?: EventDetail | null) {
  return useQuery({
    ...getEventOptions({ path: { event_id: id ?? '' } }),
    enabled: id !== null,
    ...(initial ? { initialData: initial } : {}),
  });
}
