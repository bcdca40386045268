'use client';

import { useTranslations } from 'use-intl';
import { toCard } from '@/lib/queries/cards';
import type { EventDetail } from '@/lib/queries/types';
import { useEvents } from '@/lib/queries/use-events';
import { EventGrid } from './event-grid';

const SHOWN = 4;

/** What else is on in the same city: the way on when this event is not to be had. */
export function MoreEvents({ event }: { event: EventDetail }) {
  const t = useTranslations('event');
  const { data } = useEvents({ city: event.venue.city, limit: SHOWN + 1 });
  const others = data?.pages
    .flatMap(({ items }) => items)
    .filter(({ id, status }) => id !== event.id && status === 'published')
    .slice(0, SHOWN)
    .map(toCard);
  if (!others?.length) return null;
  return (
    <section className="mx-auto mt-16 flex max-w-6xl flex-col gap-6 px-4 sm:px-6">
      <h2 className="text-title">{t('moreIn', { city: event.venue.city })}</h2>
      <EventGrid events={others} />
    </section>
  );
}
