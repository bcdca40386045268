'use client';

import { Ticket } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Button, buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Filter } from '@/components/ui/filter';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { Link } from '@/i18n/link';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { type OrderFilter, useOrders } from '@/lib/queries/use-orders';
import { OrderRow } from './order-row';

const FILTERS: readonly OrderFilter[] = ['all', 'open', 'complete', 'cancelled'];

/** One's own orders, newest first. */
export function OrderList() {
  const t = useTranslations('orders');
  const { user, member, known } = useCurrentUser();
  const [filter, setFilter] = useState<OrderFilter>('all');
  if (!known) return <RowsSkeleton />;
  if (!user) return <Nobody />;
  return (
    <div className="flex flex-col gap-6">
      {member ? null : <GuestHint />}
      <Filter
        label={t('filter')}
        value={filter}
        onChange={setFilter}
        options={FILTERS.map((value) => ({ value, name: t(`filters.${value}`) }))}
      />
      <Rows filter={filter} />
    </div>
  );
}

function Rows({ filter }: { filter: OrderFilter }) {
  const t = useTranslations('orders');
  const common = useTranslations('common');
  const query = useOrders(filter);
  const orders = query.data?.pages.flatMap(({ items }) => items);
  if (query.isError && !orders) return <QueryProblem error={query.error} again={query.refetch} />;
  if (!orders) return <RowsSkeleton />;
  if (orders.length === 0) {
    return (
      <Empty
        icon={Ticket}
        title={filter === 'all' ? t('none') : t('noneOfThese')}
        action={
          <Link href="/search" className={buttonStyle({})}>
            {t('find')}
          </Link>
        }
      >
        {filter === 'all' ? t('noneText') : null}
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-6">
      <ul className="flex flex-col gap-3">
        {orders.map((order) => (
          <OrderRow key={order.id} order={order} />
        ))}
      </ul>
      {query.hasNextPage ? (
        <Button
          look="quiet"
          className="self-center"
          pending={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {common('more')}
        </Button>
      ) : null}
    </div>
  );
}

function Nobody() {
  const t = useTranslations('orders');
  return (
    <Empty
      icon={Ticket}
      title={t('nobody')}
      action={
        <>
          <Link href="/signin?next=/orders" className={buttonStyle({})}>
            {t('signIn')}
          </Link>
          <Link href="/search" className={buttonStyle({ look: 'quiet' })}>
            {t('find')}
          </Link>
        </>
      }
    >
      {t('nobodyText')}
    </Empty>
  );
}

function GuestHint() {
  const t = useTranslations('orders');
  return (
    <p className="text-muted">
      {t('guest')}{' '}
      <Link
        href="/signup?next=/orders"
        className="font-semibold text-ink underline underline-offset-4"
      >
        {t('guestDo')}
      </Link>
    </p>
  );
}

function RowsSkeleton() {
  const t = useTranslations('common');
  return (
    <Loading label={t('loading')}>
      <div className="flex flex-col gap-3">
        <Skeleton className="h-28 rounded-card" />
        <Skeleton className="h-28 rounded-card" />
        <Skeleton className="h-28 rounded-card" />
      </div>
    </Loading>
  );
}
