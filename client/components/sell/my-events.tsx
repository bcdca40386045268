'use client';

import { CalendarPlus, Eye, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { buttonStyle } from '@/components/ui/button';
import { Poster } from '@/components/ui/poster';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { Event } from '@/lib/queries/types';
import { useEvents } from '@/lib/queries/use-events';
import { Listing } from './listing';

const LONG_AGO = '2000-01-01T00:00:00Z';

export function MyEvents({ seller, past }: { seller: string; past: boolean }) {
  const t = useTranslations('sell');
  const [now] = useState(() => new Date().toISOString());
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
      {(event) => <EventRow key={event.id} event={event} />}
    </Listing>
  );
}

const TONES: Record<Event['status'], Tone> = { draft: 'warn', published: 'good', cancelled: 'bad' };

function EventRow({ event }: { event: Event }) {
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
        <div className="mt-1 flex items-center gap-2">
          <Badge tone={TONES[event.status]}>{t(`statuses.${event.status}`)}</Badge>
          <span className="text-muted text-sm">
            {t('leftToSell', { count: count(event.available) })}
          </span>
        </div>
      </div>
      <div className="flex gap-2 max-sm:w-full">
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
