'use client';

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
      <dl className="grid grid-cols-2 gap-3 lg:grid-cols-[1.4fr_1fr_1fr_1fr]">
        <Figure name={t('revenue')} hint={t('revenueText')}>
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
  return revenue.map(([currency, amount]) => money(amount, currency, { short: true })).join(' + ');
}

function Figure({ name, hint, children }: { name: string; hint: string; children: ReactNode }) {
  return (
    <div className="flex flex-col gap-1 rounded-card border border-line bg-surface p-4 sm:p-5">
      <dt className="font-medium text-muted text-sm">{name}</dt>
      <dd className="font-bold font-display text-3xl tabular-nums tracking-tight">{children}</dd>
      <dd className="text-muted text-sm">{hint}</dd>
    </div>
  );
}
