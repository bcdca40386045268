import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { getAvailabilityOptions } from '../api/@tanstack/react-query.gen';
import { browser, changed, follow } from '../live/follow';
import type { Availability } from './types';

const FALLBACK = 5_000;

/**
 * What is left of an event's tickets now: told as it changes, or asked for as
 * often as the service wants to be asked where a stream is not to be had.
 */
export function useAvailability(eventId: string, enabled = true) {
  const [alone, setAlone] = useState(false);
  const known = useQueryClient();
  const options = useMemo(
    // A copy kept by the browser would bring an old `now` along.
    () => getAvailabilityOptions({ path: { event_id: eventId }, cache: 'no-store' }),
    [eventId],
  );
  useEffect(() => {
    if (!enabled) return;
    const keep = (renew: (before?: Availability) => Availability) => {
      known.setQueryData(options.queryKey, renew);
    };
    return follow(
      `/api/events/${eventId}/availability`,
      {
        snapshot: (left) => {
          // An answer still under way is older, and would undo what is told from here on.
          void known.cancelQueries({ queryKey: options.queryKey }, { revert: false });
          keep(() => left);
        },
        change: (left) => keep((before) => changed(before, left)),
        alone: setAlone,
      },
      browser,
    );
  }, [eventId, enabled, known, options]);
  const { data, dataUpdatedAt, refetch } = useQuery({
    ...options,
    refetchInterval: ({ state }) => pollAfter(state.data?.poll_after),
    enabled: enabled && alone,
  });
  return {
    data,
    dataUpdatedAt,
    /** Asks now; not beside a stream, whose news an older answer would undo. */
    ask: () => {
      if (alone) void refetch({ cancelRefetch: false });
    },
  };
}

const pollAfter = (seconds: number | undefined) =>
  seconds && seconds > 0 ? seconds * 1000 : FALLBACK;
