import { useQuery } from '@tanstack/react-query';
import { listPaymentsOptions } from '../api/@tanstack/react-query.gen';
import type { Payment } from './types';

const LIVE: readonly Payment['status'][] = ['processing', 'requires_action', 'authorized'];

/** Its money came, whatever has gone back since. */
const TAKEN: readonly Payment['status'][] = ['authorized', 'captured', 'refunded'];

export const isLive = ({ status }: Payment): boolean => LIVE.includes(status);
export const wasTaken = ({ status }: Payment): boolean => TAKEN.includes(status);

/** The attempts to pay an order, newest first; asked again while one is under way. */
export function usePayments(orderId: string | null) {
  return useQuery({
    ...listPaymentsOptions({ query: { order_id: orderId ?? '' } }),
    enabled: orderId !== null,
    staleTime: 1_000, // several parts of a page ask the same at once
    refetchInterval: ({ state }) => (state.data?.items.some(isLive) ? 2_000 : false),
  });
}
