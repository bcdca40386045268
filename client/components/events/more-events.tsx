'use client';

import { useTranslations } from 'use-intl';
import { type EventCard, toCard } from '@/lib/queries/cards';
import type { EventDetail, EventPage } from '@/lib/queries/types';
import { useEvents } from '@/lib/queries/use-events';
import { EventGrid } from './event-grid';

const SHOWN = 4;

const ASKED = 12;
/** Where one may still be had at once comes first. */
const SALES: readonly EventCard['sale'][] = ['on_sale', 'scheduled', 'all_held'];

function rank({ sale }: EventCard): number {
  const place = SALES.indexOf(sale);
  return place < 0 ? SALES.length : place;
}

function othersOf(event: EventDetail, pages: EventPage[] | undefined): EventCard[] | undefined {
  return pages
    ?.flatMap(({ items }) => items)
    .filter(({ id, status }) => id !== event.id && status === 'published')
    .map(toCard)
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, SHOWN);
}

function joined(near: EventCard[], far: EventCard[]): EventCard[] {
  const known = new Set(near.map(({ id }) => id));
  return [...near, ...far.filter(({ id }) => !known.has(id))].slice(0, SHOWN);
}

/** What else is on, in the same city where it can be: the way on from an event that is gone. */
export function MoreEvents({ event }: { event: EventDetail }) {
  const t = useTranslations('event');
  const { city } = event.venue;
  const near = othersOf(event, useEvents({ city, limit: ASKED }).data?.pages);
  const few = near !== undefined && near.length < SHOWN;
  const anywhere = othersOf(event, useEvents({ limit: ASKED }, null, few).data?.pages);
  const others = few ? joined(near, anywhere ?? []) : near;
  if (!others?.length) return null;
  return (
    <section className="mx-auto mt-16 flex max-w-6xl flex-col gap-6 px-4 sm:px-6">
      <h2 className="text-title">{few ? t('moreSoon') : t('moreIn', { city })}</h2>
      <EventGrid events={others} />
    </section>
  );
}
