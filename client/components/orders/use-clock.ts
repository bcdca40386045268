'use client';

import { useEffect, useMemo, useReducer } from 'react';
import { clockFrom } from '@/lib/time/clock';
import { type Remaining, remaining, untilNextSecond } from '@/lib/time/countdown';

/**
 * What is left until a moment, by the clock of the server as its answer gave it;
 * shows the next second when it comes.
 */
export function useClock(until: string, serverNow: string, answeredAt: number): Remaining {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  const clock = useMemo(
    () => clockFrom(serverNow, performance.now() - (Date.now() - answeredAt)),
    [serverNow, answeredAt],
  );
  const left = remaining(Date.parse(until), clock.now());
  useEffect(() => {
    if (left.over) return;
    const wait = untilNextSecond(Date.parse(until), clock.now());
    const timer = setTimeout(tick, wait + 5);
    return () => clearTimeout(timer);
  });
  return left;
}
