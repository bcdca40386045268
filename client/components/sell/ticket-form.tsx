'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { Notice } from '@/components/ui/notice';
import { useRouter } from '@/i18n/link';
import { useOwnZone } from '@/i18n/own-zone';
import { parseMoney } from '@/lib/format/money';
import type { Ticket } from '@/lib/queries/types';
import { useEvent } from '@/lib/queries/use-event';
import { useChangeTicket, useCreateTicket } from '@/lib/queries/use-save-ticket';
import { forgetDraft, versionsOf } from '@/lib/sell/kept-draft';
import { draftOfTicket, emptyTicket, ticketBody, ticketChanges } from '@/lib/sell/ticket-draft';
import { DeleteTicket } from './delete-ticket';
import { DraftIsBack } from './draft-is-back';
import { TICKET_FIELDS, TicketFields } from './ticket-fields';
import { TicketPlace } from './ticket-place';
import { useDraft } from './use-draft';

/** One ticket: for resale without an event, or one more for an event of one's own. */
export function TicketForm({ ticket }: { ticket: Ticket | null }) {
  const { data: event } = useEvent(ticket?.event_id ?? null);
  const zone = useOwnZone();
  if (ticket?.event_id && !event) return null;
  return <Form key={zone} ticket={ticket} eventZone={event?.timezone ?? zone} />;
}

const FIELDS: readonly string[] = [...TICKET_FIELDS, 'event_id', 'currency'];

function Form({ ticket, eventZone }: { ticket: Ticket | null; eventZone: string }) {
  const t = useTranslations('sell');
  const router = useRouter();
  // Not as it has become since: what is typed changes what the form was opened with, or nothing.
  const [before] = useState(ticket);
  const typed = useDraft(before ? versionsOf(before) : 'new ticket', () =>
    draftOf(before, eventZone),
  );
  const { ticket: draft, place } = typed.draft;
  const create = useCreateTicket();
  const change = useChangeTicket();
  const save = async (): Promise<Ticket> => {
    if (!before) return create.mutateAsync(ticketBody(draft, place));
    const changes = ticketChanges(before, draft, place);
    return changes ? change.mutateAsync({ ticket: before, changes }) : before;
  };
  const form = useForm({
    fields: FIELDS,
    check: (): Partial<Record<string, string>> =>
      parseMoney(draft.price, place.currency) === null ? { price: t('wrongPrice') } : {},
    submit: async () => {
      const { id } = await save();
      forgetDraft();
      return `/tickets/${id}`;
    },
  });
  return (
    <form {...form.props} className="flex flex-col gap-6">
      {typed.isBack ? <DraftIsBack onStartOver={typed.startOver} /> : null}
      <Card className="flex flex-col gap-5">
        <TicketFields
          draft={draft}
          currency={place.currency}
          errors={form.errors}
          onChange={(changed) => typed.setDraft({ ticket: changed, place })}
        />
        {ticket ? null : (
          <TicketPlace
            place={place}
            errors={form.errors}
            onChange={(changed) => typed.setDraft({ ticket: draft, place: changed })}
          />
        )}
      </Card>
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      <div className="flex flex-wrap gap-3">
        <Button
          type="submit"
          look="go"
          size="large"
          className="max-sm:flex-1"
          pending={form.pending}
        >
          {ticket ? t('save') : t('putOnSale')}
        </Button>
        {ticket ? (
          <DeleteTicket ticket={ticket} size="large" onDeleted={() => router.push('/sell')} />
        ) : null}
      </div>
    </form>
  );
}

const draftOf = (ticket: Ticket | null, timezone: string) => ({
  ticket: ticket ? draftOfTicket(ticket, timezone) : { ...emptyTicket('new'), quantity: '1' },
  place: {
    currency: ticket?.currency ?? 'usd',
    timezone,
    eventId: ticket?.event_id ?? null,
  },
});
