'use client';

import { CalendarDays, MapPin } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import { cityOfZone, dayOf } from '@/lib/format/dates';
import type { EventDetail, Venue } from '@/lib/queries/types';
import { YourTime } from './your-time';

/** When and where. */
export function EventFacts({ event }: { event: EventDetail }) {
  return (
    <dl className="flex flex-col gap-4">
      <When event={event} />
      <Where venue={event.venue} />
    </dl>
  );
}

function When({ event: { starts_at, ends_at, timezone } }: { event: EventDetail }) {
  const t = useTranslations('event');
  const { date } = useFormat();
  const oneDay = ends_at && dayOf(starts_at, timezone) === dayOf(ends_at, timezone);
  return (
    <div className="flex gap-3">
      <dt>
        <CalendarDays className="mt-0.5 size-5" aria-hidden />
        <span className="sr-only">{t('when')}</span>
      </dt>
      <dd className="flex flex-col">
        <span className="text-balance font-semibold">
          <time dateTime={starts_at}>{date(starts_at, timezone, 'full')}</time>
        </span>
        <span className="text-muted text-sm">
          {ends_at
            ? `${t('until', { end: date(ends_at, timezone, oneDay ? 'time' : 'dayTime') })} · `
            : null}
          {t('zone', { city: cityOfZone(timezone) })}
          <YourTime moment={starts_at} timezone={timezone} />
        </span>
      </dd>
    </div>
  );
}

function Where({ venue }: { venue: Venue }) {
  const t = useTranslations('event');
  const address = [venue.street, [venue.postal_code, venue.city].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ');
  const query = encodeURIComponent(`${venue.name}, ${address}`);
  return (
    <div className="flex gap-3">
      <dt>
        <MapPin className="mt-0.5 size-5" aria-hidden />
        <span className="sr-only">{t('where')}</span>
      </dt>
      <dd className="flex flex-col">
        <span className="font-semibold">{venue.name}</span>
        <span className="text-muted text-sm">{address}</span>
        <a
          href={`https://www.openstreetmap.org/search?query=${query}`}
          target="_blank"
          rel="noreferrer"
          className="self-start text-sm underline underline-offset-4"
        >
          {t('map')}
        </a>
      </dd>
    </div>
  );
}

export function EventDescription({ text }: { text: string | null | undefined }) {
  const t = useTranslations('event');
  if (!text) return null;
  return (
    <section className="flex flex-col gap-3 border-line border-t pt-6">
      <h2 className="text-heading">{t('about')}</h2>
      <div className="max-w-prose whitespace-pre-line text-pretty leading-relaxed">{text}</div>
    </section>
  );
}
