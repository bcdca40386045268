import { useQuery } from '@tanstack/react-query';
import { getEventOptions } from '../api/@tanstack/react-query.gen';
import { useFresh } from './use-fresh';

/** One event with its tickets as they stand now, for whoever changes them. */
export const useEventToEdit = (id: string | null) =>
  useFresh(
    id,
    useQuery({
      ...getEventOptions({ path: { event_id: id ?? '' } }),
      enabled: id !== null,
      refetchOnMount: 'always',
    }),
  );
