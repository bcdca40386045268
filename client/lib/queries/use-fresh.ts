import type { UseQueryResult } from '@tanstack/react-query';
import { useState } from 'react';

/**
 * Nothing until an answer has come since somebody began to look: a form that starts from an
 * older copy would have every change of it refused. Afterwards what is known, as ever.
 */
export function useFresh<Data, Fault>(id: string | null, query: UseQueryResult<Data, Fault>) {
  const { data, error, refetch, isFetchedAfterMount, isSuccess } = query;
  const [opened, setOpened] = useState<string | null>(null);
  if (opened !== id && isFetchedAfterMount && isSuccess) setOpened(id);
  return { data: opened === id ? data : undefined, error, refetch };
}
