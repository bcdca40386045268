'use client';

import { CalendarPlus, ChartColumn, Eye, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { stateOf } from '@/components/events/card-words';
import { RowFigures } from '@/components/sales/row-figures';
import { Badge, type Tone } from '@/components/ui/badge';
import { buttonStyle } from '@/components/ui/button';
import { Poster } from '@/components/ui/poster';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import { toCard } from '@/lib/queries/cards';
import type { Event, TicketSales } from '@/lib/queries/types';
import { useEvents } from '@/lib/queries/use-events';
import { useSalesSummary } from '@/lib/queries/use-sales-summary';
import { salesOfEvent } from '@/lib/sales/totals';
import { Listing } from './listing';

const LONG_AGO = '2000-01-01T00:00:00Z';

export function MyEvents({ seller, past }: { seller: string; past: boolean }) {
  const t = useTranslations('sell');
  const [now] = useState(() => new Date().toISOString());
  const { data: summary } = useSalesSummary(null);
  const pages = useEvents({ seller, ...(past ? { from: LONG_AGO, to: now } : {}) });
  return (
    <Listing
      pages={pages}
      empty={{
        icon: CalendarPlus,
        title: past ? t('noPast') : t('noEvents'),
        text: past ? t('noPastText') : t('noEventsText'),
        action: past ? null : (
          <Link href="/sell/event" className={buttonStyle({})}>
            {t('newEvent')}
          </Link>
        ),
      }}
    >
      {(event) => (
        <EventRow key={event.id} event={event} sales={summary && salesOfEvent(summary, event.id)} />
      )}
    </Listing>
  );
}

const TONES: Record<Event['status'], Tone> = { draft: 'warn', published: 'good', cancelled: 'bad' };

interface RowProps {
  event: Event;
  sales: TicketSales[] | undefined;
}

function EventRow({ event, sales }: RowProps) {
  const t = useTranslations('sell');
  const { date, count } = useFormat();
  return (
    <li className="flex flex-wrap items-center gap-4 rounded-card border border-line bg-surface p-3 sm:p-4">
      <div className="h-20 w-16 shrink-0 overflow-hidden rounded-control">
        <Poster id={event.id} />
      </div>
      <div className="flex min-w-40 flex-1 flex-col gap-0.5">
        <h2 className="text-subheading">{event.name}</h2>
        <p className="text-muted text-sm">
          {date(event.starts_at, event.timezone, 'dayTime')} · {event.venue.city}
        </p>
        <div className="mt-1 flex flex-wrap items-center gap-2">
          <State event={event} />
          {sales ? null : (
            <span className="text-muted text-sm">
              {t('leftToSell', { count: count(event.available) })}
            </span>
          )}
        </div>
      </div>
      {sales ? <RowFigures tickets={sales} currency={event.currency} /> : null}
      <div className="flex flex-wrap gap-2 max-sm:w-full">
        <Link
          href={`/sell/sales/${event.id}`}
          className={buttonStyle({ size: 'small', className: 'max-sm:flex-1' })}
        >
          <ChartColumn className="size-4" aria-hidden />
          {t('sales')}
          <span className="sr-only">{event.name}</span>
        </Link>
        {event.status === 'published' ? (
          <Link
            href={`/events/${event.id}`}
            className={buttonStyle({ look: 'quiet', size: 'small', className: 'max-sm:flex-1' })}
          >
            <Eye className="size-4" aria-hidden />
            {t('view')}
            <span className="sr-only">{event.name}</span>
          </Link>
        ) : null}
        {event.status === 'cancelled' ? null : (
          <Link
            href={`/sell/events/${event.id}`}
            className={buttonStyle({ look: 'quiet', size: 'small', className: 'max-sm:flex-1' })}
          >
            <Pencil className="size-4" aria-hidden />
            {t('edit')}
            <span className="sr-only">{event.name}</span>
          </Link>
        )}
      </div>
    </li>
  );
}

/** As buyers see it: what has sold out is not on sale any more. */
function State({ event }: { event: Event }) {
  const t = useTranslations();
  const formats = useFormat();
  const told = event.status === 'draft' ? null : stateOf(toCard(event), t, formats);
  const { tone, text } = told ?? {
    tone: TONES[event.status],
    text: t(`sell.statuses.${event.status}`),
  };
  return <Badge tone={tone}>{text}</Badge>;
}
