'use client';

import { TicketX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { EventFacts } from '@/components/events/event-details';
import { QueryProblem } from '@/components/layout/query-problem';
import { TestBanner } from '@/components/layout/test-banner';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Poster } from '@/components/ui/poster';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import { useOwnZone } from '@/i18n/own-zone';
import { isCode } from '@/lib/http/problem';
import type { PaymentConfig, Ticket } from '@/lib/queries/types';
import { useAvailability } from '@/lib/queries/use-availability';
import { useEvent } from '@/lib/queries/use-event';
import { type OfferedTicket, useOfferedTicket } from '@/lib/queries/use-offered-ticket';
import { offerOf } from './offer';
import { TicketPicker } from './ticket-picker';
import { useServerClock } from './use-server-clock';

interface Props {
  id: string;
  initial: Ticket | null;
  payments: PaymentConfig | null;
}

/** One ticket on offer, by itself: what it admits to, and the way to buy it. */
export function TicketView({ id, initial, payments }: Props) {
  const common = useTranslations('common');
  const query = useOfferedTicket(id, initial);
  const offered = query.data;
  if (isCode(query.error, 'not-found')) return <Gone />;
  if (query.isError && !offered) {
    return (
      <div className="mx-auto max-w-3xl px-4 py-12">
        <QueryProblem error={query.error} again={query.refetch} />
      </div>
    );
  }
  if (!offered) {
    return (
      <Loading label={common('loading')}>
        <Skeleton className="mx-auto mt-12 h-96 max-w-4xl" />
      </Loading>
    );
  }
  return (
    <>
      <TestBanner config={payments} />
      <Shown offered={offered} refresh={() => void query.refetch({ cancelRefetch: false })} />
    </>
  );
}

interface ShownProps {
  offered: OfferedTicket;
  refresh: () => void;
}

function Shown({ offered, refresh }: ShownProps) {
  const { ticket } = offered;
  const t = useTranslations('ticket');
  const zone = useOwnZone();
  const words = useTranslations();
  const formats = useFormat();
  const { data: event } = useEvent(ticket.event_id);
  const live = useAvailability(ticket.event_id ?? '', ticket.event_id !== null);
  const clock = useServerClock(live.data ?? offered);
  return (
    <div className="mx-auto grid max-w-5xl gap-8 px-4 py-8 sm:px-6 md:grid-cols-2 md:py-12">
      <div className="flex flex-col gap-6">
        <div className="h-40 overflow-hidden rounded-card sm:h-64 md:h-96">
          <Poster id={ticket.event_id ?? ticket.id} />
        </div>
        {event ? <EventFacts event={event} t={words} formats={formats} /> : null}
      </div>
      <div className="flex flex-col gap-6">
        <h1 className="text-title">{ticket.title}</h1>
        {ticket.event_id ? (
          <Link
            href={`/events/${ticket.event_id}`}
            className="font-semibold underline underline-offset-4"
          >
            {t('seeEvent')}
          </Link>
        ) : (
          <p className="text-muted">{t('alone')}</p>
        )}
        <TicketPicker
          eventId={ticket.event_id}
          timezone={event?.timezone ?? zone}
          offers={[offerOf(ticket, live.data)]}
          clock={clock}
          refresh={() => {
            live.ask();
            refresh();
          }}
        />
      </div>
    </div>
  );
}

function Gone() {
  const t = useTranslations('ticket');
  return (
    <div className="mx-auto max-w-3xl px-4 py-12">
      <Empty
        icon={TicketX}
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
