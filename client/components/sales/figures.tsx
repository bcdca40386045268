'use client';

import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import type { TicketSales } from '@/lib/queries/types';
import { totalsOf } from '@/lib/sales/totals';

/** What was earned, sold and held, and what is left. */
export function Figures({ tickets, currency }: { tickets: TicketSales[]; currency: string }) {
  const t = useTranslations('sales');
  const { count } = useFormat();
  const { quantity, sold, held, left, revenue } = totalsOf(tickets);
  return (
    <section aria-label={t('figures')}>
      <dl className="grid grid-cols-3 gap-2 sm:gap-3 lg:grid-cols-[1.4fr_1fr_1fr_1fr]">
        <Figure name={t('revenue')} hint={t('revenueText')} wide>
          <Revenue revenue={revenue.length > 0 ? revenue : [[currency, 0]]} />
        </Figure>
        <Figure name={t('sold')} hint={t('soldOf', { quantity: count(quantity) })}>
          {count(sold)}
        </Figure>
        <Figure name={t('held')} hint={t('heldText')}>
          {count(held)}
        </Figure>
        <Figure name={t('left')} hint={t('leftText')}>
          {count(left)}
        </Figure>
      </dl>
    </section>
  );
}

/** Amounts of several currencies stand beside each other: nobody adds them up. */
export function Revenue({ revenue }: { revenue: [string, number][] }) {
  const { money } = useFormat();
  const earned = revenue.filter(([, amount]) => amount !== 0);
  const told = earned.length > 0 ? earned : revenue.slice(0, 1);
  return told.map(([currency, amount]) => money(amount, currency, { short: true })).join(' + ');
}

interface FigureProps {
  name: string;
  hint: string;
  /** As wide as the page, where there is little room. */
  wide?: boolean;
  children: ReactNode;
}

function Figure({ name, hint, wide, children }: FigureProps) {
  return (
    <div
      className={clsx(
        'flex flex-col gap-1 rounded-card border border-line bg-surface p-4 sm:p-5',
        wide && 'max-lg:col-span-3',
      )}
    >
      <dt className="font-medium text-muted text-sm">{name}</dt>
      <dd className="font-bold font-display text-3xl tabular-nums tracking-tight">{children}</dd>
      <dd className="text-muted text-xs sm:text-sm">{hint}</dd>
    </div>
  );
}
