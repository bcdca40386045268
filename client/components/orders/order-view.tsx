'use client';

import { useTranslations } from 'use-intl';
import { Checkout } from '@/components/checkout/checkout';
import { QueryProblem } from '@/components/layout/query-problem';
import { TestBanner } from '@/components/layout/test-banner';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useIdInPath } from '@/i18n/path';
import { isCode } from '@/lib/http/problem';
import type { Order } from '@/lib/queries/types';
import { useOrder } from '@/lib/queries/use-order';
import { isLive, usePayments } from '@/lib/queries/use-payments';
import { CompleteOrder } from './complete-order';
import { EndedOrder } from './ended-order';
import { NoOrder } from './no-order';

const isOpen = ({ status }: Order) => status === 'created' || status === 'awaiting_payment';

/** An order in whatever state it is: to be paid, complete, or over. */
export function OrderView() {
  const id = useIdInPath();
  const payments = usePayments(id);
  const underWay = payments.data?.items.some(isLive) ?? false;
  const order = useOrder(id, (shown) => isOpen(shown) || (underWay && shown.status !== 'complete'));
  if (isCode(order.error, 'not-found', 'signed-out', 'guest', 'not-yours')) {
    return <NoOrder signedOut={isCode(order.error, 'signed-out')} />;
  }
  if (order.isError && !order.data) {
    return (
      <div className="mx-auto max-w-3xl px-4 py-12">
        <QueryProblem error={order.error} again={order.refetch} />
      </div>
    );
  }
  if (!order.data) return <OrderSkeleton />;
  return (
    <>
      <TestBanner />
      <Shown order={order.data} answeredAt={order.dataUpdatedAt} />
    </>
  );
}

function Shown({ order, answeredAt }: { order: Order; answeredAt: number }) {
  if (isOpen(order)) return <Checkout order={order} answeredAt={answeredAt} />;
  if (order.status === 'complete') return <CompleteOrder order={order} />;
  return <EndedOrder order={order} />;
}

function OrderSkeleton() {
  const t = useTranslations('common');
  return (
    <Loading label={t('loading')}>
      <div className="mx-auto grid max-w-5xl gap-8 px-4 py-10 sm:px-6 md:grid-cols-[1fr_22rem]">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-10 w-64" />
          <Skeleton className="h-64 rounded-card" />
        </div>
        <Skeleton className="h-72 rounded-card" />
      </div>
    </Loading>
  );
}
