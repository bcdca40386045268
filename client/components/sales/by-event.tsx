'use client';

import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { Event, SalesSummary, TicketSales } from '@/lib/queries/types';
import { byMostSold, salesOfEvent, type Totals, totalsOf } from '@/lib/sales/totals';
import { SoldBar } from './by-type';
import { Revenue } from './figures';
import { useOwnEvents } from './use-own-events';

const FIRST = 5;

/** The events whose tickets were sold, the best first, each the way to its own sales. */
export function ByEvent({ summary }: { summary: SalesSummary }) {
  const t = useTranslations('sales');
  const common = useTranslations('common');
  const [whole, setWhole] = useState(false);
  const { events, hasNextPage, isFetchingNextPage, fetchNextPage } = useOwnEvents();
  const ranked = events
    .map((event) => ({ event, sales: totalsOf(salesOfEvent(summary, event.id)) }))
    .toSorted((one, other) => byMostSold(rankOf(one.sales), rankOf(other.sales)));
  const selling = ranked.filter(({ sales }) => sales.sold + sales.held > 0);
  if (selling.length === 0) return null;
  const shown = whole ? ranked : selling.slice(0, FIRST);
  const more = () => (whole ? void fetchNextPage() : setWhole(true));
  return (
    <Card className="flex flex-col gap-3">
      <h2 className="text-heading">{t('byEvent')}</h2>
      <ul className="flex flex-col divide-y divide-line">
        {shown.map(({ event }) => (
          <Row key={event.id} event={event} tickets={salesOfEvent(summary, event.id)} />
        ))}
      </ul>
      {hasNextPage || shown.length < ranked.length ? (
        <Button
          look="quiet"
          size="small"
          className="self-center"
          pending={isFetchingNextPage}
          onClick={more}
        >
          {common('more')}
        </Button>
      ) : null}
    </Card>
  );
}

/** Money of several currencies is not added up: it cannot rank. */
const rankOf = ({ sold, held, revenue }: Totals) => ({
  sold,
  held,
  revenue: revenue.length === 1 ? (revenue[0]?.[1] ?? 0) : 0,
});

function Row({ event, tickets }: { event: Event; tickets: TicketSales[] }) {
  const t = useTranslations('sales');
  const { date, count } = useFormat();
  const { sold, quantity, revenue } = totalsOf(tickets);
  return (
    <li className="group relative flex items-center gap-3 py-3">
      <div className="flex min-w-0 flex-1 flex-col gap-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <h3 className="min-w-0 truncate font-semibold">
            <Link
              href={`/sell/sales/${event.id}`}
              className="after:absolute after:inset-0 group-hover:underline group-hover:underline-offset-4"
            >
              {event.name}
            </Link>
          </h3>
          <span className="font-semibold tabular-nums">
            <Revenue revenue={revenue.length > 0 ? revenue : [[event.currency, 0]]} />
          </span>
        </div>
        <SoldBar tickets={tickets} />
        <p className="flex justify-between gap-3 text-muted text-sm tabular-nums">
          <span>{date(event.starts_at, event.timezone, 'short')}</span>
          <span>{t('typeSold', { sold: count(sold), quantity: count(quantity) })}</span>
        </p>
      </div>
      <ChevronRight className="size-5 shrink-0 text-muted" aria-hidden />
    </li>
  );
}
