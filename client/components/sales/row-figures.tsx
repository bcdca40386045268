'use client';

import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import type { TicketSales } from '@/lib/queries/types';
import { totalsOf } from '@/lib/sales/totals';
import { SoldBar } from './by-type';
import { Revenue } from './figures';

interface Props {
  tickets: TicketSales[];
  /** Of what has earned nothing yet. */
  currency: string;
}

/** Sold, held, left and earned, short enough for a line of a list. */
export function RowFigures({ tickets, currency }: Props) {
  const t = useTranslations('sales');
  const { count } = useFormat();
  const { sold, held, left, revenue } = totalsOf(tickets);
  return (
    <div className="flex w-full flex-col gap-1.5 sm:w-56">
      <p className="flex items-baseline justify-between gap-3">
        <span className="text-muted text-sm">{t('revenue')}</span>
        <span className="font-bold font-display text-lg tabular-nums">
          <Revenue revenue={revenue.length > 0 ? revenue : [[currency, 0]]} />
        </span>
      </p>
      <SoldBar tickets={tickets} />
      <p className="text-muted text-sm tabular-nums">
        {t('rowFigures', { sold: count(sold), held: count(held), left: count(left) })}
      </p>
    </div>
  );
}
