import { CalendarDrawn, MapPinDrawn } from '@/components/ui/drawn';
import { Poster } from '@/components/ui/poster';
import type { Words } from '@/i18n/server';
import { cityOfZone, dayOf } from '@/lib/format/dates';
import type { Formats } from '@/lib/format/formats';
import type { EventDetail, Venue } from '@/lib/queries/types';
import { Share } from './share';
import { YourTime } from './your-time';

interface Props {
  event: EventDetail;
  t: Words;
  formats: Formats;
}

/** A name of more letters is set smaller, or it would fill a phone. */
const LONG = 48;

/** The poster of an event, its name, and the facts. */
export function EventHead({ event, t, formats }: Props) {
  return (
    <>
      <div className="h-56 overflow-hidden rounded-card sm:h-80 lg:h-96">
        <Poster id={event.id} />
      </div>
      <h1 className={event.name.length > LONG ? 'text-title' : 'text-display'}>{event.name}</h1>
      <div className="flex items-start justify-between gap-4">
        <EventFacts event={event} t={t} formats={formats} />
        <Share name={event.name} />
      </div>
    </>
  );
}

/** When and where. */
export function EventFacts({ event, t, formats }: Props) {
  return (
    <dl className="flex flex-col gap-4">
      <When event={event} t={t} formats={formats} />
      <Where venue={event.venue} t={t} />
    </dl>
  );
}

function When({ event: { starts_at, ends_at, timezone }, t, formats: { date } }: Props) {
  const oneDay = ends_at && dayOf(starts_at, timezone) === dayOf(ends_at, timezone);
  return (
    <div className="flex gap-3">
      <dt>
        <CalendarDrawn className="mt-0.5 size-5" />
        <span className="sr-only">{t('event.when')}</span>
      </dt>
      <dd className="flex flex-col">
        <span className="text-balance font-semibold">
          <time dateTime={starts_at}>{date(starts_at, timezone, 'full')}</time>
        </span>
        <span className="text-muted text-sm">
          {ends_at
            ? `${t('event.until', { end: date(ends_at, timezone, oneDay ? 'time' : 'dayTime') })} · `
            : null}
          {t('event.zone', { city: cityOfZone(timezone) })}
          <YourTime moment={starts_at} timezone={timezone} />
        </span>
      </dd>
    </div>
  );
}

function Where({ venue, t }: { venue: Venue; t: Words }) {
  const address = [venue.street, [venue.postal_code, venue.city].filter(Boolean).join(' ')]
    .filter(Boolean)
    .join(', ');
  const query = encodeURIComponent(`${venue.name}, ${address}`);
  return (
    <div className="flex gap-3">
      <dt>
        <MapPinDrawn className="mt-0.5 size-5" />
        <span className="sr-only">{t('event.where')}</span>
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
          {t('event.map')}
        </a>
      </dd>
    </div>
  );
}
