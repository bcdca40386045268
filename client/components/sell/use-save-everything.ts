'use client';

import { useState } from 'react';
import { useProblemText } from '@/components/layout/use-problem-text';
import { ApiError } from '@/lib/http/problem';
import type { EventDetail, Ticket } from '@/lib/queries/types';
import { useChangeEvent, useCreateEvent } from '@/lib/queries/use-save-event';
import { useChangeTicket, useCreateTicket } from '@/lib/queries/use-save-ticket';
import { type EventDraft, eventBody, eventChanges } from '@/lib/sell/event-draft';
import { type Place, type TicketDraft, ticketBody, ticketChanges } from '@/lib/sell/ticket-draft';

interface Wish {
  draft: EventDraft;
  tickets: TicketDraft[];
  status: 'draft' | 'published';
}

/**
 * Saves an event and each of its tickets. What was saved before something was
 * refused stays saved and is not sent again. A new event is a draft until all
 * its tickets are there. Tickets go before the changes of their event, since
 * those make new versions of them.
 */
export function useSaveEverything(event: EventDetail | null) {
  const [saved, setSaved] = useState(event);
  const [made] = useState(() => new Map<string, Ticket>());
  const createEvent = useCreateEvent();
  const changeEvent = useChangeEvent();
  const createTicket = useCreateTicket();
  const changeTicket = useChangeTicket();
  const text = useProblemText();

  /** The ticket that a row of the form stands for, once there is one. */
  const ticketOf = (key: string): Ticket | undefined =>
    made.get(key) ?? saved?.tickets.find(({ id }) => id === key);
  const newEvent = async ({ draft }: Wish): Promise<EventDetail> => {
    const fresh = await createEvent.mutateAsync(eventBody(draft, 'draft'));
    return { ...fresh, tickets: [] };
  };
  const saveTicket = async (draft: TicketDraft, place: Place) => {
    const known = ticketOf(draft.key);
    if (!known) return createTicket.mutateAsync(ticketBody(draft, place));
    const changes = ticketChanges(known, draft, place);
    return changes ? changeTicket.mutateAsync({ ticket: known, changes }) : known;
  };
  const saveTickets = async (wish: Wish, { id, currency }: EventDetail) => {
    // Times are meant on the clock that the form names now.
    const place = { currency, timezone: wish.draft.timezone, eventId: id };
    for (const [index, draft] of wish.tickets.entries()) {
      const ticket = await saveTicket(draft, place).catch((error: unknown) => {
        throw ofTicket(error, index, text(error));
      });
      made.set(draft.key, ticket);
    }
  };
  const saveEvent = async ({ draft, status }: Wish, present: EventDetail) => {
    const changes = eventChanges(present, draft, status);
    if (!changes) return present;
    const changed = await changeEvent.mutateAsync({ event: present, changes, own: !event });
    return { ...changed, tickets: [] };
  };
  const save = async (wish: Wish): Promise<EventDetail> => {
    const present = saved ?? (await newEvent(wish));
    setSaved(present);
    await saveTickets(wish, present);
    return saveEvent(wish, present);
  };
  return { save, saved, ticketOf };
}

/** The same refusal, placed at this ticket's fields, or at the ticket as a whole. */
function ofTicket(error: unknown, index: number, sentence: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const ticket = `tickets.${index}`;
  const told = (error.problem.errors ?? []).map((fault) => ({
    ...fault,
    field: `${ticket}.${fault.field}`,
  }));
  const errors = told.length > 0 ? told : [{ field: ticket, message: sentence }];
  return new ApiError(error.status, { ...error.problem, errors }, error.retryAfter);
}
