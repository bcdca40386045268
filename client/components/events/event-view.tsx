'use client';

import { CalendarX } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { TestBanner } from '@/components/layout/test-banner';
import { offerOf } from '@/components/tickets/offer';
import { TicketPicker } from '@/components/tickets/ticket-picker';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Notice } from '@/components/ui/notice';
import { Poster } from '@/components/ui/poster';
import { Link } from '@/i18n/link';
import { isCode } from '@/lib/http/problem';
import type { EventDetail, PaymentConfig } from '@/lib/queries/types';
import { useAvailability } from '@/lib/queries/use-availability';
import { useEvent } from '@/lib/queries/use-event';
import { clockFrom, deviceClock } from '@/lib/time/clock';
import { EventDescription, EventFacts } from './event-details';
import { EventSkeleton } from './event-skeleton';
import { MoreEvents } from './more-events';
import { Share } from './share';

interface Props {
  id: string;
  initial: EventDetail | null;
  payments: PaymentConfig | null;
}

/** An event: what the page brought along at once, and what is left of it live. */
export function EventView({ id, initial, payments }: Props) {
  const query = useEvent(id, initial);
  const event = query.data;
  if (isCode(query.error, 'not-found')) return <Gone />;
  if (query.isError && !event) {
    return (
      <div className="mx-auto max-w-3xl px-4 py-12">
        <QueryProblem error={query.error} again={query.refetch} />
      </div>
    );
  }
  if (!event) return <EventSkeleton />;
  return (
    <>
      <TestBanner config={payments} />
      <Shown event={event} refetch={() => void query.refetch()} />
    </>
  );
}

/** A name of more letters is set smaller, or it would fill a phone. */
const LONG = 48;

function Shown({ event, refetch }: { event: EventDetail; refetch: () => void }) {
  return (
    <>
      <div className="mx-auto grid max-w-6xl gap-x-12 gap-y-8 px-4 pt-6 sm:px-6 md:pt-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,26rem)]">
        <div className="flex flex-col gap-6">
          <div className="h-56 overflow-hidden rounded-card sm:h-80 lg:h-96">
            <Poster id={event.id} />
          </div>
          <h1 className={event.name.length > LONG ? 'text-title' : 'text-display'}>{event.name}</h1>
          <div className="flex items-start justify-between gap-4">
            <EventFacts event={event} />
            <Share name={event.name} />
          </div>
        </div>
        <div className="lg:col-start-2 lg:row-span-2 lg:row-start-1">
          <div className="lg:sticky lg:top-24">
            <Sale event={event} refetch={refetch} />
          </div>
        </div>
        <EventDescription text={event.description} />
      </div>
      <MoreEvents event={event} />
    </>
  );
}

function Sale({ event, refetch }: { event: EventDetail; refetch: () => void }) {
  const t = useTranslations('event');
  const cancelled = event.status === 'cancelled';
  const live = useAvailability(event.id, !cancelled && event.tickets.length > 0);
  const { now } = live.data ?? {};
  const answeredAt = live.dataUpdatedAt;
  const clock = useMemo(
    () => (now ? clockFrom(now, performance.now() - (Date.now() - answeredAt)) : deviceClock),
    [now, answeredAt],
  );
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
        refetch();
      }}
    />
  );
}

function Gone() {
  const t = useTranslations('event');
  return (
    <div className="mx-auto max-w-3xl px-4 py-12">
      <Empty
        icon={CalendarX}
        title={t('gone')}
        action={
          <Link href="/search" className={buttonStyle({})}>
            {t('search')}
          </Link>
        }
      >
        {t('goneText')}
      </Empty>
    </div>
  );
}
