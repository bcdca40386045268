import { useQuery } from '@tanstack/react-query';
import { getTicketOptions } from '../api/@tanstack/react-query.gen';
import { useFresh } from './use-fresh';

/** One ticket as it stands now, for whoever changes it. */
export const useTicketToEdit = (id: string | null) =>
  useFresh(
    id,
    useQuery({
      ...getTicketOptions({ path: { ticket_id: id ?? '' } }),
      enabled: id !== null,
      refetchOnMount: 'always',
    }),
  );
