'use client';

import { useTranslations } from 'use-intl';
import { Card } from '@/components/ui/card';
import { ShareBar } from '@/components/ui/share-bar';
import { useFormat } from '@/i18n/format';
import type { TicketSales } from '@/lib/queries/types';
import { totalsOf } from '@/lib/sales/totals';

/** What each type of an event's tickets sold, holds and has left. */
export function ByType({ tickets }: { tickets: TicketSales[] }) {
  const t = useTranslations('sales');
  return (
    <Card className="flex flex-col gap-4">
      <h2 className="text-heading">{t('byType')}</h2>
      <Types tickets={tickets} />
    </Card>
  );
}

interface Props {
  tickets: TicketSales[];
  /** Where they are of many events: what each event is called. */
  names?: ReadonlyMap<string, string>;
}

export function Types({ tickets, names }: Props) {
  return (
    <ul className="flex flex-col gap-5">
      {tickets.map((ticket) => (
        <Type key={ticket.ticket_id} ticket={ticket} of={names?.get(ticket.event_id ?? '')} />
      ))}
    </ul>
  );
}

function Type({ ticket, of }: { ticket: TicketSales; of: string | undefined }) {
  const t = useTranslations('sales');
  const { money, count } = useFormat();
  const { left, withheld } = totalsOf([ticket]);
  return (
    <li className="flex flex-col gap-1.5">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="min-w-0 truncate font-semibold">
          {ticket.title}
          {of ? <span className="font-normal text-muted"> · {of}</span> : null}
        </h3>
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
