import { useMemo } from 'react';
import { clockFrom, deviceClock, type Heard, type ServerClock } from '@/lib/time/clock';

type Answer = Partial<Heard> & { now?: string | undefined };

/** The clock of the box office by its last answer; the device's own before there was one. */
export function useServerClock(answer: Answer | undefined): ServerClock {
  const now = answer?.now;
  const heardAt = answer?.heardAt;
  return useMemo(
    () => (now && heardAt !== undefined ? clockFrom({ now, heardAt }) : deviceClock),
    [now, heardAt],
  );
}
