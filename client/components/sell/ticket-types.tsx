'use client';

import { Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { Section } from '@/components/ui/section';
import type { Ticket } from '@/lib/queries/types';
import { emptyTicket, type TicketDraft } from '@/lib/sell/ticket-draft';
import { DeleteTicket } from './delete-ticket';
import { TicketFields } from './ticket-fields';

interface Props {
  ticketOf: (key: string) => Ticket | undefined;
  tickets: TicketDraft[];
  currency: string;
  errors: Partial<Record<string, string>>;
  /** Made of what is typed by then: a deletion may end long after its click. */
  onChange: (change: (tickets: TicketDraft[]) => TicketDraft[]) => void;
}

/** The ticket types of an event, as many as the seller likes. */
export function TicketTypes({ ticketOf, tickets, currency, errors, onChange }: Props) {
  const t = useTranslations('editor');
  const change = (draft: TicketDraft) =>
    onChange((now) => now.map((ticket) => (ticket.key === draft.key ? draft : ticket)));
  const drop = (key: string) => onChange((now) => now.filter((ticket) => ticket.key !== key));
  return (
    <Section title={t('tickets')} text={t('ticketsText')}>
      {tickets.map((draft, index) => (
        <Card key={draft.key} className="flex flex-col gap-5 md:col-span-2">
          <TicketFields
            draft={draft}
            prefix={`tickets.${index}.`}
            currency={currency}
            errors={errors}
            onChange={change}
          />
          <Wrong sentence={errors[`tickets.${index}`]} />
          <Remove draft={draft} ticket={ticketOf(draft.key)} onRemoved={() => drop(draft.key)} />
        </Card>
      ))}
      <Button
        look="quiet"
        className="justify-self-start"
        onClick={() => onChange((now) => [...now, emptyTicket(`new-${Date.now()}`)])}
      >
        <Plus className="size-4" aria-hidden />
        {t('addTicket')}
      </Button>
    </Section>
  );
}

function Wrong({ sentence }: { sentence: string | undefined }) {
  return sentence ? (
    <Notice tone="bad" live>
      {sentence}
    </Notice>
  ) : null;
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
