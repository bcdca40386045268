'use client';

import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { offerOf } from '@/components/tickets/offer';
import { TicketPicker } from '@/components/tickets/ticket-picker';
import { Notice } from '@/components/ui/notice';
import { isCode } from '@/lib/http/problem';
import type { EventDetail } from '@/lib/queries/types';
import { useAvailability } from '@/lib/queries/use-availability';
import { useEvent } from '@/lib/queries/use-event';
import { clockFrom, deviceClock } from '@/lib/time/clock';
import { EventGone } from './event-gone';

/** What can be bought of an event: as the page brought it along at once, then live. */
export function EventSale({ initial }: { initial: EventDetail }) {
  const t = useTranslations('event');
  const { data: event = initial, error, refetch } = useEvent(initial.id, initial);
  const cancelled = event.status === 'cancelled';
  const live = useAvailability(event.id, !cancelled && event.tickets.length > 0);
  const { now } = live.data ?? {};
  const answeredAt = live.dataUpdatedAt;
  const clock = useMemo(
    () => (now ? clockFrom(now, performance.now() - (Date.now() - answeredAt)) : deviceClock),
    [now, answeredAt],
  );
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
        void live.refetch();
        void refetch();
      }}
    />
  );
}
