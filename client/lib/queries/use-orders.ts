import { useInfiniteQuery } from '@tanstack/react-query';
import { listOrders } from '../api/sdk.gen';
import { pages } from './pages';
import type { Order } from './types';

/** `open`: still to be paid, whether its buyer is at the bank or has not begun. */
export type OrderFilter = 'all' | 'open' | 'complete' | 'cancelled';

const OPEN = ['created', 'awaiting_payment'] as const satisfies readonly Order['status'][];
/** More than anybody may hold at once: one page has them all. */
const MOST = 100;

/** One's own orders, newest first; asked for at once, or when somebody wants to know. */
export function useOrders(filter: OrderFilter, enabled = true) {
  return useInfiniteQuery({
    enabled,
    queryKey: ['orders', filter],
    ...pages(({ signal, ...from }) =>
      filter === 'open'
        ? openOrders(signal)
        : listOrders({
            query: { ...(filter === 'all' ? {} : { status: filter }), ...from },
            signal,
            throwOnError: true,
          }),
    ),
  });
}

async function openOrders(signal: AbortSignal) {
  const answers = await Promise.all(
    OPEN.map((status) =>
      listOrders({ query: { status, limit: MOST }, signal, throwOnError: true }),
    ),
  );
  const items = answers.flatMap(({ data }) => data.items);
  // Ids are in the order of time.
  items.sort((one, other) => other.id.localeCompare(one.id));
  return { data: { items, next: null } };
}
