'use client';

import { useState } from 'react';
import { ApiError } from '@/lib/http/problem';
import type { EventDetail, Ticket } from '@/lib/queries/types';
import { useChangeEvent, useCreateEvent } from '@/lib/queries/use-save-event';
import { useChangeTicket, useCreateTicket } from '@/lib/queries/use-save-ticket';
import { type EventDraft, eventBody, eventChanges } from '@/lib/sell/event-draft';
import { type TicketDraft, ticketBody, ticketChanges } from '@/lib/sell/ticket-draft';

interface Wish {
  draft: EventDraft;
  tickets: TicketDraft[];
  status: 'draft' | 'published';
}

/**
 * Saves an event and then each of its tickets. What was saved before something
 * was refused stays saved and is not sent again.
 */
export function useSaveEverything(event: EventDetail | null) {
  const [saved, setSaved] = useState(event);
  const [made] = useState(() => new Map<string, Ticket>());
  const createEvent = useCreateEvent();
  const changeEvent = useChangeEvent();
  const createTicket = useCreateTicket();
  const changeTicket = useChangeTicket();

  const saveEvent = async ({ draft, status }: Wish): Promise<EventDetail> => {
    const tickets = saved?.tickets ?? [];
    if (!saved) return { ...(await createEvent.mutateAsync(eventBody(draft, status))), tickets };
    const changes = eventChanges(saved, draft, status);
    if (!changes) return saved;
    return { ...(await changeEvent.mutateAsync({ event: saved, changes })), tickets };
  };
  const saveTicket = async (
    draft: TicketDraft,
    { id, currency, timezone, tickets }: EventDetail,
  ) => {
    const place = { currency, timezone, eventId: id };
    const known = made.get(draft.key) ?? tickets.find((ticket) => ticket.id === draft.key);
    if (!known) return createTicket.mutateAsync(ticketBody(draft, place));
    const changes = ticketChanges(known, draft, place);
    return changes ? changeTicket.mutateAsync({ ticket: known, changes }) : known;
  };
  const save = async (wish: Wish): Promise<EventDetail> => {
    const fresh = await saveEvent(wish);
    setSaved(fresh);
    for (const [index, draft] of wish.tickets.entries()) {
      const ticket = await saveTicket(draft, fresh).catch((error: unknown) => {
        throw ofTicket(error, index);
      });
      made.set(draft.key, ticket);
    }
    return fresh;
  };
  return { save, saved };
}

/** The same refusal, its fields named as the form names those of this ticket. */
function ofTicket(error: unknown, index: number): unknown {
  if (!(error instanceof ApiError)) return error;
  const errors = (error.problem.errors ?? []).map(({ field, message }) => ({
    field: `tickets.${index}.${field}`,
    message,
  }));
  return new ApiError(error.status, { ...error.problem, errors }, error.retryAfter);
}
