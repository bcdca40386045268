'use client';

import type { TicketSales } from '@/lib/queries/types';
import { byMostSold } from '@/lib/sales/totals';
import { ByType } from './by-type';
import { useOwnEvents } from './use-own-events';

const MOST = 5;

/** Of the tickets of all events those that sold most, and whose they are. */
export function BestSellers({ tickets }: { tickets: TicketSales[] }) {
  const { events } = useOwnEvents();
  const best = tickets.filter(({ sold }) => sold > 0).toSorted(byMostSold);
  if (best.length === 0) return null;
  const names = new Map(events.map(({ id, name }) => [id, name]));
  return <ByType tickets={best.slice(0, MOST)} names={names} />;
}
