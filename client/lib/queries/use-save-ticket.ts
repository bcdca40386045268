import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getEventQueryKey, getTicketQueryKey } from '../api/@tanstack/react-query.gen';
import { createTicket, deleteTicket, updateTicket } from '../api/sdk.gen';

import { forget, keyOf } from '../http/intent';
import { isCode } from '../http/problem';
import type { Ticket, TicketCreate, TicketPatch } from './types';

type ShownTicket = Pick<Ticket, 'id' | 'event_id'>;

function useRefresh() {
  const queries = useQueryClient();
  return ({ id, event_id }: ShownTicket) => {
    void queries.invalidateQueries({ queryKey: ['tickets'] });
    void queries.invalidateQueries({ queryKey: getTicketQueryKey({ path: { ticket_id: id } }) });
    if (!event_id) return;
    void queries.invalidateQueries({ queryKey: getEventQueryKey({ path: { event_id } }) });
  };
}

/** Puts a ticket on sale. */
export function useCreateTicket() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async (body: TicketCreate) => {
      const headers = { 'Idempotency-Key': keyOf('ticket', body) };
      const { data } = await createTicket({ body, headers, throwOnError: true });
      forget('ticket', body);
      return data;
    },
    onSuccess: refresh,
  });
}

/** Changes a ticket, unless somebody else did meanwhile. */
export function useChangeTicket() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ ticket, changes }: { ticket: Ticket; changes: TicketPatch }) => {
      const { data } = await updateTicket({
        path: { ticket_id: ticket.id },
        headers: { 'If-Match': `"${ticket.version}"` },
        body: changes,
        throwOnError: true,
      });
      return data;
    },
    onSuccess: refresh,
  });
}

/** Takes a ticket off sale for good. */
export function useDeleteTicket() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: async ({ id }: ShownTicket) => {
      try {
        await deleteTicket({ path: { ticket_id: id }, throwOnError: true });
      } catch (error) {
        if (!isCode(error, 'not-found')) throw error; // gone already: as wished
      }
    },
    onSuccess: (_, ticket) => refresh(ticket),
  });
}
