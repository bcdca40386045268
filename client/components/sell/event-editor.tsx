'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { parseMoney } from '@/lib/format/money';
import type { EventDetail } from '@/lib/queries/types';
import { draftOfEvent, emptyEvent } from '@/lib/sell/event-draft';
import { forgetDraft, versionsOf } from '@/lib/sell/kept-draft';
import { draftOfTicket, emptyTicket } from '@/lib/sell/ticket-draft';
import { DraftIsBack } from './draft-is-back';
import { EVENT_FIELDS, EventFields } from './event-fields';
import { TICKET_FIELDS } from './ticket-fields';
import { TicketTypes } from './ticket-types';
import { useDraft } from './use-draft';
import { useSaveEverything } from './use-save-everything';

const HERE = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** An event with its ticket types, in one form and saved by one button. */
export function EventEditor({ event }: { event: EventDetail | null }) {
  const t = useTranslations('sell');
  const { save, saved, ticketOf } = useSaveEverything(event);
  const whole = saved ? versionsOf(saved, ...saved.tickets) : 'new event';
  const typed = useDraft(saved && !event ? null : whole, () => draftOf(saved));
  const { event: draft, tickets } = typed.draft;
  const [status, setStatus] = useState<'draft' | 'published'>('published');
  const form = useForm({
    fields: [...EVENT_FIELDS, ...tickets.flatMap(fieldsOf)],
    check: () => wrongPrices(tickets, draft.currency, t('wrongPrice')),
    submit: async () => {
      const { id } = await save({ draft, tickets, status });
      forgetDraft();
      return status === 'published' ? `/events/${id}` : '/sell';
    },
  });
  const isDraft = !saved || saved.status === 'draft';
  return (
    <form {...form.props} className="flex flex-col gap-10">
      {typed.isBack ? <DraftIsBack onStartOver={typed.startOver} /> : null}
      <EventFields
        draft={draft}
        exists={saved !== null}
        errors={form.errors}
        onChange={(change) =>
          typed.setDraft((now) => ({ ...now, event: { ...now.event, ...change } }))
        }
      />
      <TicketTypes
        ticketOf={ticketOf}
        tickets={tickets}
        currency={draft.currency}
        errors={form.errors}
        onChange={(change) => typed.setDraft((now) => ({ ...now, tickets: change(now.tickets) }))}
      />
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      <div
        data-bar="bottom"
        className="sticky bottom-0 z-10 -mx-4 flex flex-wrap justify-end gap-3 border-line border-t bg-paper px-4 py-4 sm:mx-0 sm:px-0"
      >
        {isDraft ? (
          <Button
            type="submit"
            look="quiet"
            pending={form.pending && status === 'draft'}
            onClick={() => setStatus('draft')}
          >
            {t('saveDraft')}
          </Button>
        ) : null}
        <Button
          type="submit"
          look="go"
          pending={form.pending && status === 'published'}
          onClick={() => setStatus('published')}
        >
          {isDraft ? t('publish') : t('save')}
        </Button>
      </div>
    </form>
  );
}

const draftOf = (event: EventDetail | null) => ({
  event: event ? draftOfEvent(event) : emptyEvent(HERE()),
  tickets: event
    ? event.tickets.map((ticket) => draftOfTicket(ticket, event.timezone))
    : [emptyTicket('first')],
});

const fieldsOf = (_: unknown, index: number) => [
  `tickets.${index}`,
  ...TICKET_FIELDS.map((field) => `tickets.${index}.${field}`),
];

function wrongPrices(tickets: { price: string }[], currency: string, sentence: string) {
  const wrong = tickets.flatMap(({ price }, index) =>
    parseMoney(price, currency) === null ? [[`tickets.${index}.price`, sentence]] : [],
  );
  return Object.fromEntries(wrong) as Record<string, string>;
}
