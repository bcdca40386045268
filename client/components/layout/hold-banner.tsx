'use client';

import { Timer } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Clock, ClockAnnouncer } from '@/components/orders/clock';
import { useClock } from '@/components/orders/use-clock';
import { Link } from '@/i18n/link';
import { usePath } from '@/i18n/path';
import type { HeardOrder, Order } from '@/lib/queries/types';
import { useNewestOrders } from '@/lib/queries/use-newest-orders';
import { isOpen } from '@/lib/queries/use-order';

const pathOf = ({ id }: Order) => `/orders/${id}`;

/** A hold that lasts longer than it did, because its buyer is at the bank, is not over. */
const isOver = (order: Order, over: readonly Order[]) =>
  over.some(({ id, expires_at }) => id === order.id && expires_at === order.expires_at);

/** As far as is known: an order that was paid or given back elsewhere is not told of. */
const hasRunOut = (order: Order, over: readonly Order[]) =>
  isOpen(order) ? isOver(order, over) : order.reason === 'expired';

/**
 * The running hold, on every page but its own: nobody loses tickets by looking around. When its
 * time is up that is said, of the last that ended, until somebody looks at it.
 */
export function HoldBanner() {
  const t = useTranslations('hold');
  const { orders, refresh } = useNewestOrders();
  // All of them: until the service has said so as well, none of them may run again.
  const [over, setOver] = useState<readonly Order[]>([]);
  const [last, setLast] = useState<Order | null>(null);
  const path = usePath();
  if (last && path === pathOf(last)) setLast(null);
  const running = orders.find((order) => isOpen(order) && !isOver(order, over));
  const told = orders.find((order) => order.id === last?.id && hasRunOut(order, over));
  const shown = running && path !== pathOf(running) ? running : null;
  if (path === null || !(told || shown)) return null;
  const end = (order: Order) => {
    setOver([...over, order]);
    setLast(order);
    refresh();
  };
  return (
    <aside aria-label={t('label')} className="sticky top-16 z-20" data-print="no">
      {told ? <Ended order={told} /> : null}
      {shown ? <Running key={shown.id} order={shown} onOver={end} /> : null}
    </aside>
  );
}

interface RunningProps {
  order: HeardOrder;
  onOver: (order: Order) => void;
}

function Running({ order, onOver }: RunningProps) {
  const t = useTranslations('hold');
  const left = useClock(order);
  useEffect(() => {
    if (left.over) onOver(order);
  });
  const count = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <Line className="bg-go text-on-go" action={<Way order={order}>{t('finish')}</Way>}>
      <p className="min-w-0 flex-1 truncate">
        <span className="font-semibold">{t('running', { count })}</span>
        {order.event ? <span className="max-sm:hidden"> · {order.event.name}</span> : null}
      </p>
      <Clock left={left} />
      <ClockAnnouncer left={left} />
    </Line>
  );
}

function Ended({ order }: { order: Order }) {
  const t = useTranslations('hold');
  return (
    <Line className="bg-warn-soft" action={<Way order={order}>{t('look')}</Way>}>
      <p role="alert" className="min-w-0 flex-1 font-semibold">
        {t('over')}
      </p>
    </Line>
  );
}

function Line({
  className,
  action,
  children,
}: {
  className: string;
  action: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={className}>
      <div className="mx-auto flex max-w-6xl items-center gap-3 px-4 py-2 text-sm sm:px-6">
        <Timer className="size-5 shrink-0" aria-hidden />
        {children}
        {action}
      </div>
    </div>
  );
}

function Way({ order, children }: { order: Order; children: ReactNode }) {
  return (
    <Link
      href={pathOf(order)}
      className="rounded-full bg-on-go px-4 py-1.5 font-semibold text-go outline-on-go"
    >
      {children}
    </Link>
  );
}
