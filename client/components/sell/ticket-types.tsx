'use client';

import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Ticket } from '@/lib/queries/types';
import { emptyTicket, type TicketDraft } from '@/lib/sell/ticket-draft';
import { DeleteTicket } from './delete-ticket';
import { TicketFields } from './ticket-fields';

interface Props {
  ticketOf: (key: string) => Ticket | undefined;
  tickets: TicketDraft[];
  currency: string;
  errors: Partial<Record<string, string>>;
  onChange: (tickets: TicketDraft[]) => void;
}

/** The ticket types of an event, as many as the seller likes. */
export function TicketTypes({ ticketOf, tickets, currency, errors, onChange }: Props) {
  const t = useTranslations('editor');
  const change = (index: number, draft: TicketDraft) => onChange(tickets.with(index, draft));
  const drop = (key: string) => onChange(tickets.filter((ticket) => ticket.key !== key));
  return (
    <section aria-label={t('tickets')} className="flex flex-col gap-5">
      <h2 className="text-heading">{t('tickets')}</h2>
      {tickets.map((draft, index) => (
        <Card key={draft.key} className="flex flex-col gap-5">
          <TicketFields
            draft={draft}
            prefix={`tickets.${index}.`}
            currency={currency}
            errors={errors}
            onChange={(next) => change(index, next)}
          />
          <Remove draft={draft} ticket={ticketOf(draft.key)} onRemoved={() => drop(draft.key)} />
        </Card>
      ))}
      <Button
        look="quiet"
        className="self-start"
        onClick={() => onChange([...tickets, emptyTicket(`new-${Date.now()}`)])}
      >
        <Plus className="size-4" aria-hidden />
        {t('addTicket')}
      </Button>
    </section>
  );
}

/** A ticket that is on sale is deleted at the service; one only typed here just goes. */
function Remove({
  draft,
  ticket,
  onRemoved,
}: {
  draft: TicketDraft;
  ticket: Ticket | undefined;
  onRemoved: () => void;
}) {
  const t = useTranslations('editor');
  return (
    <div className="flex justify-end border-line border-t pt-4">
      {ticket ? (
        <DeleteTicket ticket={ticket} onDeleted={onRemoved} />
      ) : (
        <Button look="ghost" size="small" onClick={onRemoved}>
          {t('removeTicket')}
          <span className="sr-only">{draft.title}</span>
        </Button>
      )}
    </div>
  );
}
