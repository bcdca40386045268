'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import type { SalesSummary } from '@/lib/queries/types';
import { useSalesSummary } from '@/lib/queries/use-sales-summary';
import { BestSellers } from './best-sellers';
import { ByEvent } from './by-event';
import { ByType } from './by-type';
import { Figures } from './figures';
import { Funnel } from './funnel';
import { NothingOnSale } from './nothing-on-sale';
import { OverTime } from './over-time';
import { RefundProgress } from './refund-progress';
import { SalesOrders } from './sales-orders';

interface Props {
  /** One event, or null for everything one sells. */
  eventId: string | null;
  currency: string;
  /** The event was cancelled: money goes back. */
  cancelled?: boolean;
  title: ReactNode;
  action?: ReactNode;
}

/** A sale as it goes: it refreshes itself while somebody looks. */
export function SalesReport({ eventId, currency, cancelled, title, action }: Props) {
  const t = useTranslations('common');
  const query = useSalesSummary(eventId, { live: true });
  const summary = query.data;
  if (query.isError && !summary) return <QueryProblem error={query.error} again={query.refetch} />;
  if (!summary) {
    return (
      <Loading label={t('loading')}>
        <div className="flex flex-col gap-4">
          <Skeleton className="h-28 rounded-card" />
          <Skeleton className="h-72 rounded-card" />
        </div>
      </Loading>
    );
  }
  const everything = eventId === null;
  if (everything && summary.tickets.length === 0) return <NothingOnSale title={title} />;
  return (
    <div className="flex flex-col gap-6">
      <div className="flex flex-wrap items-end justify-between gap-x-6 gap-y-4">
        <div className="flex flex-col gap-1">
          {title}
          <AsOf moment={query.dataUpdatedAt} />
        </div>
        {action}
      </div>
      {cancelled ? <RefundProgress outcomes={summary.outcomes} /> : null}
      <Figures tickets={summary.tickets} currency={currency} />
      {cancelled && summary.series.length === 0 ? null : <OverTime summary={summary} />}
      {summary.series.length > 0 ? (
        <div className="grid items-start gap-6 lg:grid-cols-[3fr_2fr]">
          <div className="flex min-w-0 flex-col gap-6">
            {everything ? <Events summary={summary} /> : <ByType tickets={summary.tickets} />}
          </div>
          <Funnel summary={summary} />
        </div>
      ) : null}
      <SalesOrders eventId={eventId} />
    </div>
  );
}

function Events({ summary }: { summary: SalesSummary }) {
  return (
    <>
      <ByEvent summary={summary} />
      <BestSellers tickets={summary.tickets} />
    </>
  );
}

function AsOf({ moment }: { moment: number }) {
  const t = useTranslations('sales');
  const { date } = useFormat();
  const zone = useOwnZone();
  return (
    <p className="text-muted text-sm">
      {t('refreshed', { time: date(new Date(moment).toISOString(), zone, 'time') })}
    </p>
  );
}
