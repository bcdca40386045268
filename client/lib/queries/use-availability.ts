import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { getAvailabilityQueryKey } from '../api/@tanstack/react-query.gen';
import { getAvailability } from '../api/sdk.gen';
import { browser, changed, follow } from '../live/follow';
import { type Heard, heard } from '../time/clock';
import type { Availability } from './types';

type HeardAvailability = Availability & Heard;

const FALLBACK = 5_000;

/**
 * What is left of an event's tickets now: told as it changes, or asked for as
 * often as the service wants to be asked where a stream is not to be had.
 */
export function useAvailability(eventId: string, enabled = true) {
  const [alone, setAlone] = useState(false);
  const known = useQueryClient();
  const queryKey = useMemo(
    () => getAvailabilityQueryKey({ path: { event_id: eventId } }),
    [eventId],
  );
  useEffect(() => {
    if (!enabled) return;
    const keep = (renew: (before?: Availability) => Availability) => {
      known.setQueryData<HeardAvailability>(queryKey, (before) => heard(renew(before)));
    };
    return follow(
      `/api/events/${eventId}/availability`,
      {
        snapshot: (left) => {
          // An answer still under way is older, and would undo what is told from here on.
          void known.cancelQueries({ queryKey }, { revert: false });
          keep(() => left);
        },
        change: (left) => keep((before) => changed(before, left)),
        alone: setAlone,
      },
      browser,
    );
  }, [eventId, enabled, known, queryKey]);
  const { data, refetch } = useQuery({
    queryKey,
    queryFn: async ({ signal }): Promise<HeardAvailability> => {
      const path = { event_id: eventId };
      // A copy kept by the browser would bring an old `now` along.
      const asked = { path, signal, cache: 'no-store', throwOnError: true } as const;
      return heard((await getAvailability(asked)).data);
    },
    refetchInterval: ({ state }) => pollAfter(state.data?.poll_after),
    enabled: enabled && alone,
  });
  return {
    data,
    /** Asks now; not beside a stream, whose news an older answer would undo. */
    ask: () => {
      if (alone) void refetch({ cancelRefetch: false });
    },
  };
}

const pollAfter = (seconds: number | undefined) =>
  seconds && seconds > 0 ? seconds * 1000 : FALLBACK;
