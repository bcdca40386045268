'use client';

import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { Poster } from '@/components/ui/poster';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import { useOwnZone } from '@/i18n/own-zone';
import type { Order } from '@/lib/queries/types';
import { EventWhen } from './summary';

const TONES: Record<Order['status'], Tone> = {
  created: 'go',
  awaiting_payment: 'go',
  complete: 'good',
  cancelled: 'plain',
};

export function OrderRow({ order }: { order: Order }) {
  const { money } = useFormat();
  const { event } = order;
  return (
    <li className="group relative flex gap-4 rounded-card border border-line bg-surface p-3 transition-colors hover:border-line-strong sm:p-4">
      <div className="h-24 w-20 shrink-0 overflow-hidden rounded-control">
        <Poster id={event?.id ?? order.items[0]?.ticket_id ?? order.id} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col justify-center gap-0.5">
        <h2 className="line-clamp-2 text-subheading">
          <Link
            href={`/orders/${order.id}`}
            className="after:absolute after:inset-0 group-hover:underline group-hover:underline-offset-4"
          >
            {event?.name ?? order.items[0]?.title}
          </Link>
        </h2>
        {event ? <EventWhen event={event} /> : <Ordered order={order} />}
        <p className="truncate text-muted text-sm">
          {order.items.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ')}
        </p>
      </div>
      <div className="flex shrink-0 flex-col items-end justify-center gap-1.5">
        <State order={order} />
        <p className="font-semibold tabular-nums">{money(order.total, order.currency)}</p>
        <p className="text-muted text-sm tabular-nums max-sm:hidden">{order.code}</p>
      </div>
    </li>
  );
}

function State({ order: { status, reason } }: { order: Order }) {
  const t = useTranslations('orders');
  const name = status === 'cancelled' && reason ? t(`reasons.${reason}`) : t(`states.${status}`);
  return <Badge tone={TONES[status]}>{name}</Badge>;
}

function Ordered({ order }: { order: Order }) {
  const { date } = useFormat();
  const zone = useOwnZone();
  return <p className="text-muted text-sm">{date(order.created_at, zone, 'short')}</p>;
}
