'use client';

import { Suspense, useDeferredValue, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useReturnFromBank } from '@/components/checkout/use-bank-trip';
import { QueryProblem } from '@/components/layout/query-problem';
import { TestBanner } from '@/components/layout/test-banner';
import { Skeleton } from '@/components/ui/skeleton';
import { useIdInPath } from '@/i18n/path';
import { isCode } from '@/lib/http/problem';
import { later } from '@/lib/later';
import type { HeardOrder, Order, PaymentConfig } from '@/lib/queries/types';
import { isOpen, useOrder } from '@/lib/queries/use-order';
import { isLive, usePayments } from '@/lib/queries/use-payments';
import { NoOrder } from './no-order';

const Checkout = later(async () => (await import('@/components/checkout/checkout')).Checkout);
const CompleteOrder = later(async () => (await import('./complete-order')).CompleteOrder);
const EndedOrder = later(async () => (await import('./ended-order')).EndedOrder);

/** An order in whatever state it is: to be paid, complete, or over. */
export function OrderView({ payments }: { payments: PaymentConfig | null }) {
  const id = useIdInPath();
  const back = useReturnFromBank(id);
  const { order, error, refetch } = useWatchedOrder(id);
  if (isCode(error, 'not-found', 'signed-out', 'guest', 'not-yours')) {
    return <NoOrder signedOut={isCode(error, 'signed-out')} />;
  }
  if (error && !order) {
    return (
      <div className="mx-auto max-w-3xl px-4 py-12">
        <QueryProblem error={error} again={refetch} />
      </div>
    );
  }
  return (
    <>
      <TestBanner config={payments} />
      <Suspense fallback={<OrderShell />}>
        {order ? <Shown key={order.id} order={order} back={back} /> : <OrderShell />}
      </Suspense>
    </>
  );
}

/**
 * Deferred: the page that an answer calls for is drawn in steps that leave room for a touch, and
 * what is shown stays until the script of what comes next is there.
 */
function useWatchedOrder(id: string | null) {
  const payments = usePayments(id);
  const underWay = payments.data?.items.some(isLive) ?? false;
  const { data, error, refetch } = useOrder(
    id,
    (shown) => isOpen(shown) || (underWay && shown.status !== 'complete'),
  );
  const order = useDeferredValue(data ?? null, null);
  return { order, error, refetch };
}

interface ShownProps {
  order: HeardOrder;
  back: boolean;
}

/** What an order is as a page. */
const kindOf = (order: Order) => (isOpen(order) ? 'open' : order.status);

function Shown({ order, back }: ShownProps) {
  const [first] = useState(kindOf(order));
  const changed = kindOf(order) !== first;
  if (isOpen(order)) return <Checkout order={order} back={back} />;
  if (order.status === 'complete') return <CompleteOrder order={order} changed={changed} />;
  return <EndedOrder order={order} back={back} changed={changed} />;
}

/** What everybody's order looks like before it is known: said in words, shaped like a checkout. */
function OrderShell() {
  const t = useTranslations('order');
  return (
    <div
      role="status"
      className="mx-auto flex max-w-5xl flex-col gap-6 px-4 pt-6 sm:px-6 md:grid md:grid-cols-[minmax(0,1fr)_22rem] md:gap-x-12 md:gap-y-8 md:pt-10"
    >
      <div className="flex flex-col gap-4">
        <Skeleton className="h-8 max-w-sm" />
        <h1 className="text-title">{t('title')}</h1>
        <p className="max-w-prose text-lg text-muted">{t('fetching')}</p>
      </div>
      <Skeleton className="h-72 rounded-card md:row-span-2" />
      <Skeleton className="h-96 rounded-card" />
    </div>
  );
}
