import { useQuery } from '@tanstack/react-query';
import { listSales } from '../api/sdk.gen';
import type { Sale } from './types';

/** Everybody who has paid for an event. */
export function useDoorList(eventId: string | null) {
  return useQuery({
    queryKey: ['door', eventId],
    queryFn: ({ signal }) => everybody(eventId ?? '', signal),
    enabled: eventId !== null,
  });
}

async function everybody(eventId: string, signal: AbortSignal): Promise<Sale[]> {
  const sales: Sale[] = [];
  for (let cursor: string | null | undefined = ''; typeof cursor === 'string'; ) {
    const { data }: { data: { items: Sale[]; next?: string | null } } = await listSales({
      query: { event_id: eventId, status: 'complete', limit: 100, ...(cursor ? { cursor } : {}) },
      signal,
      throwOnError: true,
    });
    sales.push(...data.items);
    cursor = data.next;
  }
  return sales;
}
