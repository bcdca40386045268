import { useQuery } from '@tanstack/react-query';
import { getAvailabilityOptions } from '../api/@tanstack/react-query.gen';

const FALLBACK = 5_000;

/** What is left of an event's tickets now, asked as often as the service wants to be asked. */
export function useAvailability(eventId: string, enabled = true) {
  return useQuery({
    ...getAvailabilityOptions({ path: { event_id: eventId } }),
    refetchInterval: ({ state }) => pollAfter(state.data?.poll_after),
    enabled,
  });
}

const pollAfter = (seconds: number | undefined) =>
  seconds && seconds > 0 ? seconds * 1000 : FALLBACK;
