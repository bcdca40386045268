import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { getOrderQueryKey } from '../api/@tanstack/react-query.gen';
import { getOrder } from '../api/sdk.gen';
import { hastyFetch } from '../http/configure';
import { heard } from '../time/clock';
import { newestBy } from './newest';
import type { HeardOrder, Order } from './types';
import { NEWEST } from './use-newest-orders';

const WAIT = 8;

/** Still to be paid: its tickets are held. */
export const isOpen = ({ status }: Order): boolean =>
  status === 'created' || status === 'awaiting_payment';

/** Keeps what was heard of an order for the pages that show it. */
export function keepOrder(queries: QueryClient, order: Order): void {
  const queryKey = getOrderQueryKey({ path: { order_id: order.id } });
  queries.setQueryData<HeardOrder>(queryKey, heard(order));
}

/** One order, kept current while it may still change. */
export function useOrder(id: string | null, watch: (order: Order) => boolean) {
  const queries = useQueryClient();
  const path = { order_id: id ?? '' };
  const query = useQuery({
    queryKey: getOrderQueryKey({ path }),
    queryFn: async ({ signal }): Promise<HeardOrder> => {
      return heard((await getOrder({ path, signal, throwOnError: true })).data);
    },
    enabled: id !== null,
    staleTime: 0,
    structuralSharing: newestBy(({ version }: Order) => version),
    refetchOnWindowFocus: 'always',
  });
  const order = query.data;
  const watched = order && watch(order) ? order.version : null;
  useEffect(() => {
    if (id === null || watched === null) return;
    const abort = new AbortController();
    void follow(id, watched, abort.signal).then((fresh) => {
      if (fresh) keepOrder(queries, fresh);
    });
    return () => abort.abort();
  }, [id, watched, queries]);
  useTold(order);
  return query;
}

/** However the page heard of it: lists that know an order as it was before are asked again. */
function useTold(order: Order | undefined): void {
  const queries = useQueryClient();
  const { id, version = 0, status, expires_at: until } = order ?? {};
  useEffect(() => {
    const listed = queries.getQueryData<Order[]>(NEWEST)?.find((each) => each.id === id);
    if (!listed || listed.version >= version) return;
    if (listed.status === status && listed.expires_at === until) return; // its contact was saved
    void queries.invalidateQueries({ queryKey: ['orders'] });
  }, [queries, id, version, status, until]);
}

/** Asks until the order is no longer of this version; null when nobody waits for it any more. */
async function follow(id: string, version: number, signal: AbortSignal): Promise<Order | null> {
  for (let failures = 0; !signal.aborted; ) {
    const asked = performance.now();
    const { data, response } = await getOrder({
      path: { order_id: id },
      query: { wait: WAIT },
      headers: { 'If-None-Match': `"${version}"` },
      fetch: hastyFetch,
      signal,
      throwOnError: false,
    });
    if (data && data.version !== version) return data;
    failures = response?.status === 304 || data ? 0 : failures + 1;
    const early = performance.now() - asked < 1_000;
    if (failures > 0 || early) await pause(Math.min(1_000 * 2 ** failures, 10_000), signal);
  }
  return null;
}

const pause = (milliseconds: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
