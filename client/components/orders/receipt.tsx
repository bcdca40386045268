'use client';

import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import type { Order } from '@/lib/queries/types';
import { usePayments, wasTaken } from '@/lib/queries/use-payments';
import { Prices } from './summary';

/** What was paid, by whom and when; what is left of the page on paper. */
export function Receipt({ order }: { order: Order }) {
  const t = useTranslations('receipt');
  const { date } = useFormat();
  const zone = useOwnZone();
  const paid = order.total > 0;
  const payment = usePayments(order.id).data?.items.find(wasTaken);
  const facts = [
    [t('ordered'), date(order.created_at, zone, 'full')],
    [t('paid'), paid && payment ? date(payment.created_at, zone, 'full') : null],
    [t('name'), order.contact?.name],
    [t('email'), order.contact?.email],
  ] as const;
  return (
    <section
      aria-labelledby="receipt"
      className="self-start rounded-card border border-line bg-surface"
    >
      <h2 id="receipt" className="px-5 pt-5 text-heading sm:px-6 sm:pt-6">
        {t('title')}
      </h2>
      <dl className="flex flex-col gap-2 px-5 pt-3 pb-5 text-sm sm:px-6">
        {facts.map(([name, value]) =>
          value ? (
            <div key={name} className="flex flex-col">
              <dt className="text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ) : null,
        )}
      </dl>
      <div className="border-line border-t border-dashed pt-4">
        <Prices order={order} />
      </div>
      {paid && !order.livemode ? (
        <p className="px-5 pb-5 text-muted text-sm sm:px-6">{t('test')}</p>
      ) : null}
    </section>
  );
}
