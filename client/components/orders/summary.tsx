'use client';

import { useTranslations } from 'use-intl';
import { Stub, TearLine } from '@/components/ui/card';
import { Poster } from '@/components/ui/poster';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { Order } from '@/lib/queries/types';

/** What is ordered and what it costs, as a ticket stub. */
export function Summary({ order }: { order: Order }) {
  const t = useTranslations('order');
  const { event } = order;
  return (
    <Stub>
      <div className="flex gap-4 p-5 sm:p-6">
        <div className="h-24 w-20 shrink-0 overflow-hidden rounded-control">
          <Poster id={event?.id ?? order.items[0]?.ticket_id ?? order.id} />
        </div>
        {event ? (
          <div className="flex min-w-0 flex-col gap-0.5">
            <h2 className="line-clamp-2 text-subheading">
              <Link href={`/events/${event.id}`} className="underline-offset-4 hover:underline">
                {event.name}
              </Link>
            </h2>
            <EventWhen event={event} />
            <p className="text-muted text-sm">
              {event.venue.name}, {event.venue.city}
            </p>
          </div>
        ) : (
          <h2 className="text-subheading">{t('withoutEvent')}</h2>
        )}
      </div>
      <TearLine />
      <Prices order={order} />
    </Stub>
  );
}

export function EventWhen({ event }: { event: NonNullable<Order['event']> }) {
  const { date } = useFormat();
  return (
    <p className="text-muted text-sm">
      <time dateTime={event.starts_at}>{date(event.starts_at, event.timezone, 'dayTime')}</time>
    </p>
  );
}

/** What an order costs, and what of it has gone back. */
export function Prices({ order }: { order: Order }) {
  const t = useTranslations('order');
  const { money } = useFormat();
  const { currency, total, amount_refunded: refunded } = order;
  return (
    <dl className="flex flex-col gap-2.5 px-5 pt-1 pb-5 sm:px-6 sm:pb-6">
      {order.items.map((item) => (
        <div key={item.id} className="flex justify-between gap-4">
          <dt>
            {item.quantity} × {item.title}
            {item.quantity > 1 ? (
              <span className="block text-muted text-sm">
                {t('each', { price: money(item.unit_price, currency) })}
              </span>
            ) : null}
          </dt>
          <dd className="tabular-nums">{money(item.amount, currency)}</dd>
        </div>
      ))}
      {order.fees.map((fee) => (
        <div key={fee.type} className="flex justify-between gap-4 text-muted">
          <dt>{t('fee')}</dt>
          <dd className="tabular-nums">{money(fee.amount, currency)}</dd>
        </div>
      ))}
      <div className="mt-1 flex items-baseline justify-between gap-4 border-line border-t pt-3 font-semibold">
        <dt>{t('total')}</dt>
        <dd className="font-bold font-display text-xl tabular-nums">{money(total, currency)}</dd>
      </div>
      {refunded > 0 ? (
        <>
          <div className="flex justify-between gap-4">
            <dt>{t('refunded')}</dt>
            <dd className="tabular-nums">{money(-refunded, currency)}</dd>
          </div>
          <div className="flex justify-between gap-4 font-semibold">
            <dt>{t('paid')}</dt>
            <dd className="tabular-nums">{money(total - refunded, currency)}</dd>
          </div>
        </>
      ) : null}
    </dl>
  );
}
