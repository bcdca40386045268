import type { Tone } from '@/components/ui/badge';
import type { Words } from '@/i18n/server';
import type { Formats } from '@/lib/format/formats';
import type { EventCard } from '@/lib/queries/cards';

/** What a card says of an event, ready to be read: written by the server where it can be. */
export interface CardWords {
  id: string;
  name: string;
  startsAt: string;
  when: string;
  where: string;
  price: string | null;
  state: { tone: Tone; text: string } | null;
}

export function cardWords(event: EventCard, t: Words, formats: Formats): CardWords {
  const { id, name, startsAt, timezone, place, city } = event;
  return {
    id,
    name,
    startsAt,
    when: formats.date(startsAt, timezone, 'dayTime'),
    where: `${place} · ${city}`,
    price: priceOf(event, t, formats),
    state: stateOf(event, t, formats),
  };
}

function priceOf({ priceFrom, currency }: EventCard, t: Words, { money }: Formats) {
  if (priceFrom === null) return null;
  if (priceFrom === 0) return t('event.free');
  return t('event.from', { price: money(priceFrom, currency, { short: true }) });
}

const FEW = 10;

/** What a buyer must know before looking closer; nothing when tickets are simply on sale. */
export function stateOf(event: EventCard, t: Words, { date }: Formats): CardWords['state'] {
  const { status, sale, available, nextSaleAt, timezone } = event;
  if (status === 'cancelled') return { tone: 'bad', text: t('event.cancelled') };
  if (sale === 'on_sale' && available <= FEW) {
    return { tone: 'go', text: t('event.left', { count: available }) };
  }
  if (sale === 'scheduled' && nextSaleAt) {
    const when = date(nextSaleAt, timezone, 'dayTime');
    return { tone: 'info', text: t('event.onSaleAt', { when }) };
  }
  if (sale === 'sold_out') return { tone: 'plain', text: t('event.soldOut') };
  if (sale === 'all_held') return { tone: 'warn', text: t('event.allHeld') };
  return sale === 'ended' ? { tone: 'plain', text: t('event.saleEnded') } : null;
}
