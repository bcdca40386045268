import { useQuery } from '@tanstack/react-query';
import { getTicket } from '../api/sdk.gen';
import { type Heard, heard } from '../time/clock';
import type { Ticket } from './types';

export interface OfferedTicket extends Partial<Heard> {
  ticket: Ticket;
  /** The clock of the server at its answer; none comes with the page. */
  now?: string | undefined;
}

const POLL = 5_000;

/** A ticket on offer by itself; what is left of one without an event is asked again and again. */
export function useOfferedTicket(id: string, initial: Ticket | null) {
  return useQuery({
    queryKey: ['offered ticket', id],
    queryFn: async ({ signal }): Promise<OfferedTicket> => {
      const { data, response } = await getTicket({
        path: { ticket_id: id },
        cache: 'no-store', // a copy kept by the browser would bring an old `Date` along
        signal,
        throwOnError: true,
      });
      return heard({ ticket: data, now: response.headers.get('Date') ?? undefined });
    },
    refetchInterval: ({ state }) => (state.data?.ticket.event_id ? false : POLL),
    ...(initial ? { initialData: { ticket: initial }, initialDataUpdatedAt: 0 } : {}),
  });
}
