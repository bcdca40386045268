'use client';

import { useEffect } from 'react';
import { useTranslations } from 'use-intl';
import { offerOf } from '@/components/tickets/offer';
import { TicketPicker } from '@/components/tickets/ticket-picker';
import { useServerClock } from '@/components/tickets/use-server-clock';
import { Notice } from '@/components/ui/notice';
import { isCode } from '@/lib/http/problem';
import type { Availability, EventDetail } from '@/lib/queries/types';
import { useAvailability } from '@/lib/queries/use-availability';
import { type Brought, useEvent } from '@/lib/queries/use-event';
import { EventGone } from './event-gone';

/** What can be bought of an event: as the page brought it along at once, then live. */
export function EventSale({ brought }: { brought: Brought }) {
  const t = useTranslations('event');
  const { data: event = brought.event, error, refetch } = useEvent(brought.event.id, brought);
  const cancelled = event.status === 'cancelled';
  const live = useAvailability(event.id, !cancelled && event.tickets.length > 0);
  const clock = useServerClock(live.data);
  const unknown = unknownOf(event, live.data);
  useEffect(() => {
    if (unknown) void refetch(); // its seller has put another ticket on sale
  }, [unknown, refetch]);
  if (isCode(error, 'not-found')) return <EventGone />;
  if (cancelled) {
    return (
      <Notice tone="bad" title={t('cancelled')}>
        {t('cancelledText')}
      </Notice>
    );
  }
  if (event.tickets.length === 0) return <Notice>{t('noTickets')}</Notice>;
  return (
    <TicketPicker
      eventId={event.id}
      timezone={event.timezone}
      offers={event.tickets.map((ticket) => offerOf(ticket, live.data))}
      clock={clock}
      refresh={() => {
        live.ask();
        void refetch({ cancelRefetch: false });
      }}
    />
  );
}

/** The tickets that what is left speaks of and the event does not, by their ids. */
function unknownOf({ tickets }: EventDetail, live: Availability | undefined): string {
  const known = new Set(tickets.map(({ id }) => id));
  return (live?.tickets ?? []).flatMap(({ id }) => (known.has(id) ? [] : [id])).join();
}
