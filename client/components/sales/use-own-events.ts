'use client';

import { useCurrentUser } from '@/lib/queries/use-current-user';
import { useEvents } from '@/lib/queries/use-events';

const LONG_AGO = '2000-01-01T00:00:00Z';
const ASKED = 100;

/** The events one has put on, those long over among them. */
export function useOwnEvents() {
  const { member } = useCurrentUser();
  const filter = { seller: member?.id ?? '', from: LONG_AGO, limit: ASKED };
  const pages = useEvents(filter, null, member !== null);
  return { ...pages, events: pages.data?.pages.flatMap(({ items }) => items) ?? [] };
}
