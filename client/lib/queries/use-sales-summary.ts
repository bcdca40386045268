import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useOwnZone } from '@/i18n/own-zone';
import { summarizeSalesOptions } from '../api/@tanstack/react-query.gen';
import { newsOf } from '../sales/totals';
import type { SalesSummary } from './types';

const RUSH = 5_000;
const CALM = 20_000;
/** Seconds of a step up to which a sale has only just begun. */
const FRESH = 300;

interface Options {
  /** Ask again and again while somebody looks at the page, in a rush more often. */
  live?: boolean;
}

/** What one's tickets, or those of one event, have sold; its days are those of the device. */
export function useSalesSummary(eventId: string | null, { live = false }: Options = {}) {
  const queries = useQueryClient();
  const timezone = useOwnZone();
  const query = useQuery({
    ...summarizeSalesOptions({ query: { timezone, ...(eventId ? { event_id: eventId } : {}) } }),
    refetchInterval: ({ state }) => (live ? pace(state.data) : false),
  });
  const told = live && query.data ? newsOf(query.data) : null;
  // The orders themselves are asked for again only when there is news of them.
  const before = useRef<string | null>(null);
  useEffect(() => {
    const news = before.current !== null && before.current !== told;
    before.current = told;
    if (news) void queries.invalidateQueries({ queryKey: ['sales'] });
  }, [told, queries]);
  return query;
}

const pace = (summary: SalesSummary | undefined) =>
  summary && summary.step <= FRESH ? RUSH : CALM;
