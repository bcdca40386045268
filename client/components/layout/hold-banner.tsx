'use client';

import { Timer } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Clock } from '@/components/orders/clock';
import { useClock } from '@/components/orders/use-clock';
import { Link } from '@/i18n/link';
import { usePath } from '@/i18n/path';
import { type RunningHold, useRunningHold } from '@/lib/queries/use-running-hold';

/** The running hold, on every page but its own: nobody loses tickets by looking around. */
export function HoldBanner() {
  const hold = useRunningHold();
  const path = usePath();
  if (!hold || path === null || path === `/orders/${hold.order.id}`) return null;
  return <Running key={hold.order.id} hold={hold} />;
}

function Running({ hold: { order, answeredAt } }: { hold: RunningHold }) {
  const t = useTranslations('hold');
  const left = useClock(order.expires_at, order.now, answeredAt);
  if (left.over) return null;
  const count = order.items.reduce((sum, { quantity }) => sum + quantity, 0);
  return (
    <aside aria-label={t('label')} className="sticky top-16 z-20 bg-go text-on-go" data-print="no">
      <div className="mx-auto flex max-w-6xl items-center gap-3 px-4 py-2 text-sm sm:px-6">
        <Timer className="size-5 shrink-0" aria-hidden />
        <p className="min-w-0 flex-1 truncate">
          <span className="font-semibold">{t('running', { count })}</span>
          {order.event ? <span className="max-sm:hidden"> · {order.event.name}</span> : null}
        </p>
        <Clock left={left} />
        <Link
          href={`/orders/${order.id}`}
          className="rounded-full bg-on-go px-4 py-1.5 font-semibold text-go outline-on-go"
        >
          {t('finish')}
        </Link>
      </div>
    </aside>
  );
}
