import { useQuery } from '@tanstack/react-query';
import { getTicketOptions } from '../api/@tanstack/react-query.gen';
import type { Ticket } from './types';

/** One ticket on offer. */
export function useTicket(
  id: string | null,
  { initial, live = false }: { initial?: Ticket | null; live?: boolean } = {},
) {
  return useQuery({
    ...getTicketOptions({ path: { ticket_id: id ?? '' } }),
    enabled: id !== null,
    ...(initial ? { initialData: initial } : {}),
    ...(live ? { refetchInterval: 5_000 } : {}),
  });
}
