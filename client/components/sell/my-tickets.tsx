'use client';

import { Pencil, TicketPlus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { RowFigures } from '@/components/sales/row-figures';
import { Badge, type Tone } from '@/components/ui/badge';
import { buttonStyle } from '@/components/ui/button';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { Ticket, TicketSales } from '@/lib/queries/types';
import { useSalesSummary } from '@/lib/queries/use-sales-summary';
import { useTickets } from '@/lib/queries/use-tickets';
import { DeleteTicket } from './delete-ticket';
import { Listing } from './listing';

export function MyTickets({ seller }: { seller: string }) {
  const t = useTranslations('sell');
  const { data: summary } = useSalesSummary(null);
  return (
    <Listing
      pages={useTickets({ seller })}
      empty={{
        icon: TicketPlus,
        title: t('noTickets'),
        text: t('noTicketsText'),
        action: (
          <Link href="/sell/ticket" className={buttonStyle({})}>
            {t('newTicket')}
          </Link>
        ),
      }}
    >
      {(ticket) => (
        <TicketRow
          key={ticket.id}
          ticket={ticket}
          sales={summary?.tickets.find(({ ticket_id }) => ticket_id === ticket.id)}
        />
      )}
    </Listing>
  );
}

const TONES: Record<Ticket['status'], Tone> = {
  scheduled: 'info',
  on_sale: 'good',
  all_held: 'warn',
  sold_out: 'plain',
  ended: 'plain',
};

interface RowProps {
  ticket: Ticket;
  sales: TicketSales | undefined;
}

function TicketRow({ ticket, sales }: RowProps) {
  const t = useTranslations('sell');
  const { money, count } = useFormat();
  return (
    <li className="flex flex-wrap items-center gap-4 rounded-card border border-line bg-surface p-4">
      <div className="flex min-w-40 flex-1 flex-col gap-0.5">
        <h2 className="text-subheading">
          <Link href={`/tickets/${ticket.id}`} className="underline-offset-4 hover:underline">
            {ticket.title}
          </Link>
        </h2>
        <p className="text-muted text-sm">
          {money(ticket.price, ticket.currency)} ·{' '}
          {t('leftOf', { left: count(ticket.available), quantity: count(ticket.quantity) })}
        </p>
      </div>
      {sales ? <RowFigures tickets={[sales]} currency={ticket.currency} /> : null}
      <Badge tone={TONES[ticket.status]}>{t(`ticketStatuses.${ticket.status}`)}</Badge>
      <div className="flex gap-2 max-sm:w-full">
        <Link
          href={`/sell/tickets/${ticket.id}`}
          className={buttonStyle({ look: 'quiet', size: 'small', className: 'max-sm:flex-1' })}
        >
          <Pencil className="size-4" aria-hidden />
          {t('edit')}
          <span className="sr-only">{ticket.title}</span>
        </Link>
        <DeleteTicket ticket={ticket} />
      </div>
    </li>
  );
}
