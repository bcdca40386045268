import { useMutation, useQueryClient } from '@tanstack/react-query';
import { createOrder } from '../api/sdk.gen';
import { forget, keyOf } from '../http/intent';
import { once } from '../http/once';
import { heard } from '../time/clock';
import type { HeardOrder, Order } from './types';
import { useSomebody } from './use-become';
import { NEWEST } from './use-newest-orders';
import { isOpen, keepOrder } from './use-order';

export interface Wish {
  eventId: string | null;
  items: { ticket_id: string; quantity: number }[];
  total: number;
}

const SCOPE = 'order';

/** What makes two wishes one: the same choice at another price is another wish. */
const choiceOf = ({ items, total }: Wish) => ({ items, total });

/** The same choice is the same wish, in whatever order it was made. */
const byTicket = (one: Wish['items'][number], other: Wish['items'][number]) =>
  one.ticket_id.localeCompare(other.ticket_id);

/** Holds tickets: clicking twice, or coming back and clicking again, holds them once. */
export function useReserve() {
  const queries = useQueryClient();
  const somebody = useSomebody();
  return useMutation({
    mutationFn: ({ items, ...rest }: Wish) => {
      const wish = { ...rest, items: items.toSorted(byTicket) };
      return once(`${SCOPE}:${JSON.stringify(choiceOf(wish))}`, async () => {
        await somebody();
        return hold(wish);
      });
    },
    onSuccess: (order) => {
      keepOrder(queries, order);
      // The banner knows at once which hold is the newest, whose page comes next.
      queries.setQueryData<HeardOrder[]>(NEWEST, (known = []) => [
        heard(order),
        ...known.filter(({ id }) => id !== order.id),
      ]);
      void queries.invalidateQueries({ queryKey: ['orders'] });
    },
  });
}

async function hold(wish: Wish): Promise<Order> {
  const first = await reserve(wish);
  if (!first.replayed || isOpen(first.order)) return first.order;
  forget(SCOPE, choiceOf(wish)); // that order is over: this is a new wish
  return (await reserve(wish)).order;
}

async function reserve(wish: Wish): Promise<{ order: Order; replayed: boolean }> {
  const { eventId, items, total } = wish;
  const { data, response } = await createOrder({
    body: { items, expected_total: total },
    headers: { 'Idempotency-Key': keyOf(SCOPE, choiceOf(wish)) },
    query: eventId ? { event_id: eventId } : {},
    throwOnError: true,
  });
  return { order: data, replayed: response.headers.get('Idempotent-Replayed') === 'true' };
}
