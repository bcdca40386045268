'use client';

import { Undo2 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Badge, type Tone } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import type { Sale } from '@/lib/queries/types';

const TONES: Record<Sale['status'], Tone> = {
  created: 'warn',
  awaiting_payment: 'warn',
  complete: 'good',
  cancelled: 'plain',
};

interface Props {
  sale: Sale;
  /** Among orders of other events: says of which it is. */
  ofMany: boolean;
  onRefund: () => void;
}

/** One order as its seller sees it. */
export function SaleRow({ sale, ofMany, onRefund }: Props) {
  const { date } = useFormat();
  const zone = useOwnZone();
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-0.5 rounded-card border border-line bg-surface px-4 py-3 md:grid-cols-[7rem_minmax(0,1.2fr)_minmax(0,1fr)_7rem_7rem] md:items-center md:gap-y-1 md:py-4">
      <p className="flex flex-col max-md:order-4 max-md:flex-row max-md:items-baseline max-md:gap-2 max-md:self-center">
        <span className="font-semibold tabular-nums tracking-wide">{sale.code}</span>
        <time dateTime={sale.created_at} className="text-muted text-sm">
          {date(sale.created_at, zone, 'moment')}
        </time>
      </p>
      <Who sale={sale} />
      <p className="min-w-0 text-sm max-md:order-3 max-md:col-span-2 max-md:truncate">
        {sale.items.map(({ quantity, title }) => `${quantity} × ${title}`).join(', ')}
        {ofMany && sale.event ? (
          <span className="text-muted md:block md:truncate">
            <span className="md:hidden"> · </span>
            {sale.event.name}
          </span>
        ) : null}
      </p>
      <p className="flex flex-col items-end gap-1 max-md:order-2">
        <Paid sale={sale} />
        <State sale={sale} />
      </p>
      <div className="flex justify-end max-md:order-5">
        {sale.status === 'complete' && sale.total > 0 ? (
          <Refund code={sale.code} onClick={onRefund} />
        ) : null}
      </div>
    </li>
  );
}

function Who({ sale: { contact } }: { sale: Sale }) {
  const t = useTranslations('sales');
  if (!contact) return <p className="text-muted max-md:order-1">{t('noContact')}</p>;
  return (
    <div className="flex min-w-0 flex-col max-md:order-1">
      <h3 className="truncate font-semibold">{contact.name}</h3>
      <a
        href={`mailto:${contact.email}`}
        className="truncate text-muted text-sm underline-offset-4 hover:underline"
      >
        {contact.email}
      </a>
    </div>
  );
}

function State({ sale: { status, reason } }: { sale: Sale }) {
  const t = useTranslations('sales');
  const orders = useTranslations('orders');
  if (status === 'cancelled' && reason) return <Badge>{orders(`reasons.${reason}`)}</Badge>;
  const name = status === 'complete' ? 'complete' : 'held';
  return <Badge tone={TONES[status]}>{t(`outcomes.${name}`)}</Badge>;
}

function Paid({ sale }: { sale: Sale }) {
  const t = useTranslations('sales');
  const { money } = useFormat();
  return (
    <>
      <span className="font-semibold tabular-nums">{money(sale.total, sale.currency)}</span>
      {sale.amount_refunded > 0 && sale.status === 'complete' ? (
        <span className="text-muted text-sm">
          {t('refundedPart', { amount: money(sale.amount_refunded, sale.currency) })}
        </span>
      ) : null}
    </>
  );
}

function Refund({ code, onClick }: { code: string; onClick: () => void }) {
  const t = useTranslations('sales.refund');
  return (
    <Button look="quiet" size="small" onClick={onClick}>
      <Undo2 className="size-4" aria-hidden />
      {t('do')}
      <span className="sr-only">{code}</span>
    </Button>
  );
}
