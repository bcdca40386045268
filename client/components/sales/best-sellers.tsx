'use client';

import { useTranslations } from 'use-intl';
import type { TicketSales } from '@/lib/queries/types';
import { byMostSold } from '@/lib/sales/totals';
import { Types } from './by-type';
import { Fold } from './fold';
import { useOwnEvents } from './use-own-events';

const MOST = 5;

/** Of the tickets of all events those that sold most, and whose they are. */
export function BestSellers({ tickets }: { tickets: TicketSales[] }) {
  const t = useTranslations('sales');
  const { events } = useOwnEvents();
  const best = tickets.filter(({ sold }) => sold > 0).toSorted(byMostSold);
  const [first] = best;
  if (!first) return null;
  const names = new Map(events.map(({ id, name }) => [id, name]));
  const of = names.get(first.event_id ?? '');
  return (
    <Fold title={t('best')} gist={of ? `${first.title} · ${of}` : first.title}>
      <Types tickets={best.slice(0, MOST)} names={names} />
    </Fold>
  );
}
