import type { Words } from '@/i18n/server';
import type { Formats } from '@/lib/format/formats';
import type { EventCard } from '@/lib/queries/cards';
import type { EventDetail } from '@/lib/queries/types';
import { loadUpcoming } from '@/lib/server/load';
import { cardWords } from './card-words';
import { EventGrid } from './event-grid';

const SHOWN = 4;
const ASKED = 12;
/** Where one may still be had at once comes first. */
const SALES: readonly EventCard['sale'][] = ['on_sale', 'scheduled', 'all_held'];

function rank({ sale }: EventCard): number {
  const place = SALES.indexOf(sale);
  return place < 0 ? SALES.length : place;
}

function othersOf(event: EventDetail, found: EventCard[] | null): EventCard[] {
  return (found ?? [])
    .filter(({ id, status }) => id !== event.id && status === 'published')
    .toSorted((one, other) => rank(one) - rank(other));
}

interface Props {
  event: EventDetail;
  t: Words;
  formats: Formats;
}

/** What else is on, in the same city where it can be: the way on from an event that is gone. */
export async function MoreEvents({ event, t, formats }: Props) {
  const { city } = event.venue;
  const [near, far] = await Promise.all([loadUpcoming(ASKED, city), loadUpcoming(ASKED)]);
  const here = othersOf(event, near).slice(0, SHOWN);
  const known = new Set(here.map(({ id }) => id));
  const elsewhere = othersOf(event, far).filter(({ id }) => !known.has(id));
  const others = [...here, ...elsewhere].slice(0, SHOWN);
  if (others.length === 0) return null;
  return (
    <section className="mx-auto mt-16 flex max-w-6xl flex-col gap-6 px-4 sm:px-6">
      <h2 className="text-title">
        {here.length < SHOWN ? t('event.moreSoon') : t('event.moreIn', { city })}
      </h2>
      <EventGrid cards={others.map((other) => cardWords(other, t, formats))} />
    </section>
  );
}
