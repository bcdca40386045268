'use client';

import { focusManager } from '@tanstack/react-query';
import { useEffect, useMemo, useReducer } from 'react';
import type { HeardOrder } from '@/lib/queries/types';
import { clockFrom } from '@/lib/time/clock';
import { type Remaining, remaining, untilNextSecond } from '@/lib/time/countdown';
import { hasSlept } from '@/lib/time/sleep';

/**
 * What is left of a hold, by the clock of the server as its answer gave it; shows the next second
 * when it comes.
 */
export function useClock({ expires_at: until, now, heardAt }: HeardOrder): Remaining {
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  const clock = useMemo(() => clockFrom({ now, heardAt }), [now, heardAt]);
  const left = remaining(Date.parse(until), clock.now());
  useEffect(() => {
    if (left.over) return;
    const wait = untilNextSecond(Date.parse(until), clock.now());
    const timer = setTimeout(() => {
      if (hasSlept()) focusManager.onFocus(); // as where waking is told: what is shown is asked again
      tick();
    }, wait + 5);
    return () => clearTimeout(timer);
  });
  return left;
}
