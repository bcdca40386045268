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

/** Those of the city first, and all that can still be had before all that is gone. */
function othersOf(event: EventDetail, near: EventCard[], far: EventCard[]): EventCard[] {
  const here = new Set(near.map(({ id }) => id));
  return [...near, ...far.filter(({ id }) => !here.has(id))]
    .filter(({ id, status }) => id !== event.id && status === 'published')
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, SHOWN);
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
  const others = othersOf(event, near ?? [], far ?? []);
  if (others.length === 0) return null;
  return (
    <section className="mx-auto mt-16 flex max-w-6xl flex-col gap-6 px-4 sm:px-6">
      <h2 className="text-title">
        {others.every((other) => other.city === city)
          ? t('event.moreIn', { city })
          : t('event.moreSoon')}
      </h2>
      <EventGrid cards={others.map((other) => cardWords(other, t, formats))} />
    </section>
  );
}
