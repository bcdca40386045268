'use client';

import { useTranslations } from 'use-intl';
import { Card } from '@/components/ui/card';
import { ShareBar } from '@/components/ui/share-bar';
import { useFormat } from '@/i18n/format';
import type { TicketSales } from '@/lib/queries/types';
import { totalsOf } from '@/lib/sales/totals';

/** Tickets that are shown where somebody sells a hundred kinds. */
const MOST = 12;

interface Props {
  tickets: TicketSales[];
  /** Of several events: those that sold most. */
  best?: boolean;
}

/** What each type of ticket sold, holds and has left. */
export function ByType({ tickets, best = false }: Props) {
  const t = useTranslations('sales');
  const shown = best ? bestOf(tickets) : tickets;
  return (
    <Card className="flex flex-col gap-4">
      <h2 className="text-heading">{best ? t('best') : t('byType')}</h2>
      <ul className="flex flex-col gap-5">
        {shown.map((ticket) => (
          <Type key={ticket.ticket_id} ticket={ticket} />
        ))}
      </ul>
    </Card>
  );
}

const bestOf = (tickets: TicketSales[]) =>
  tickets
    .filter(({ sold, held }) => sold + held > 0)
    .sort((one, other) => other.sold - one.sold || other.held - one.held)
    .slice(0, MOST);

function Type({ ticket }: { ticket: TicketSales }) {
  const t = useTranslations('sales');
  const { money, count } = useFormat();
  const { left, withheld } = totalsOf([ticket]);
  return (
    <li className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="min-w-0 truncate font-semibold">{ticket.title}</h3>
        <span className="font-semibold tabular-nums">{money(ticket.revenue, ticket.currency)}</span>
      </div>
      <SoldBar tickets={[ticket]} />
      <p className="flex justify-between gap-3 text-muted text-sm tabular-nums">
        <span>{t('typeSold', { sold: count(ticket.sold), quantity: count(ticket.quantity) })}</span>
        <span>{t('typeRest', { held: count(ticket.held), left: count(left), withheld })}</span>
      </p>
    </li>
  );
}

/** Sold, held and left of some tickets; the figures are written beside it. */
export function SoldBar({ tickets }: { tickets: TicketSales[] }) {
  const { quantity, sold, held } = totalsOf(tickets);
  return (
    <ShareBar
      whole={Math.max(quantity, sold + held)}
      shares={[
        { name: 'sold', value: sold, className: 'bg-ink' },
        { name: 'held', value: held, className: 'bg-go' },
      ]}
    />
  );
}
