import { useQuery } from '@tanstack/react-query';
import { getTicketOptions } from '../api/@tanstack/react-query.gen';

/** One ticket as it stands. */
export const useTicket = (id: string | null) =>
  useQuery({
    ...getTicketOptions({ path: { ticket_id: id ?? '' } }),
    enabled: id !== null,
  });
