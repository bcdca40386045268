import { useMemo } from 'react';
import { clockFrom, deviceClock, type ServerClock } from '@/lib/time/clock';

/** The clock of the box office by its last answer; the device's own before there was one. */
export const useServerClock = (now: string | undefined, answeredAt: number): ServerClock =>
  useMemo(
    () => (now ? clockFrom(now, performance.now() - (Date.now() - answeredAt)) : deviceClock),
    [now, answeredAt],
  );
