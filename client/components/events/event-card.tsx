'use client';

import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Poster } from '@/components/ui/poster';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { EventCard as Card } from '@/lib/queries/cards';

/** An event in a list: a row with a small poster on phones, a poster with words elsewhere. */
export function EventCard({ event }: { event: Card }) {
  const { date } = useFormat();
  return (
    <article className="group relative flex min-w-0 gap-4 sm:flex-col sm:gap-3">
      <div className="relative aspect-[4/5] w-24 shrink-0 overflow-hidden rounded-control sm:w-full sm:rounded-card">
        <Poster
          id={event.id}
          className="transition-transform duration-500 group-hover:scale-[1.04]"
        />
        <div className="absolute top-3 left-3 drop-shadow-sm max-sm:hidden">
          <State event={event} />
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-0.5 py-1 sm:py-0">
        <p className="font-semibold text-muted text-sm">
          <time dateTime={event.startsAt}>{date(event.startsAt, event.timezone, 'dayTime')}</time>
        </p>
        <h3 className="line-clamp-2 text-subheading">
          <Link
            href={`/events/${event.id}`}
            className="outline-offset-4 after:absolute after:inset-0 group-hover:underline group-hover:decoration-2 group-hover:underline-offset-4"
          >
            {event.name}
          </Link>
        </h3>
        <p className="truncate text-muted text-sm">
          {event.place} · {event.city}
        </p>
        <div className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1">
          <Price event={event} />
          <span className="sm:hidden">
            <State event={event} />
          </span>
        </div>
      </div>
    </article>
  );
}

function Price({ event: { priceFrom, currency } }: { event: Card }) {
  const t = useTranslations('event');
  const { money } = useFormat();
  if (priceFrom === null) return null;
  return (
    <p className="whitespace-nowrap font-semibold text-sm">
      {priceFrom === 0
        ? t('free')
        : t('from', { price: money(priceFrom, currency, { short: true }) })}
    </p>
  );
}

const FEW = 10;

/** What a buyer must know before looking closer; nothing when tickets are simply on sale. */
function State({ event }: { event: Card }) {
  const t = useTranslations('event');
  const { date } = useFormat();
  const { status, sale, available, nextSaleAt, timezone } = event;
  if (status === 'cancelled') return <Badge tone="bad">{t('cancelled')}</Badge>;
  if (sale === 'on_sale' && available <= FEW) {
    return <Badge tone="go">{t('left', { count: available })}</Badge>;
  }
  if (sale === 'scheduled' && nextSaleAt) {
    return (
      <Badge tone="info">{t('onSaleAt', { when: date(nextSaleAt, timezone, 'dayTime') })}</Badge>
    );
  }
  if (sale === 'sold_out') return <Badge>{t('soldOut')}</Badge>;
  if (sale === 'all_held') return <Badge tone="warn">{t('allHeld')}</Badge>;
  if (sale === 'ended') return <Badge>{t('saleEnded')}</Badge>;
  return null;
}
