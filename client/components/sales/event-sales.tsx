'use client';

import { ClipboardList } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { OwnEvent } from '@/components/events/own-event';
import { buttonStyle } from '@/components/ui/button';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
import type { EventDetail } from '@/lib/queries/types';
import { BackLink } from './back-link';
import { SalesReport } from './sales-report';

/** The live sales of one event. */
export function EventSales() {
  return (
    <OwnEvent>
      {(event) => (
        <div className="flex flex-col gap-6">
          <BackLink />
          <SalesReport
            eventId={event.id}
            currency={event.currency}
            cancelled={event.status === 'cancelled'}
            title={<Title event={event} />}
            action={<ToTheDoor event={event} />}
          />
        </div>
      )}
    </OwnEvent>
  );
}

function Title({ event }: { event: EventDetail }) {
  const t = useTranslations('sales');
  const { date } = useFormat();
  return (
    <>
      <h1 className="text-title">{t('of', { name: event.name })}</h1>
      <p className="text-muted">
        {date(event.starts_at, event.timezone, 'full')} · {event.venue.name}, {event.venue.city}
      </p>
    </>
  );
}

function ToTheDoor({ event }: { event: EventDetail }) {
  const t = useTranslations('sales');
  return (
    <Link href={`/sell/door/${event.id}`} className={buttonStyle({ look: 'quiet' })}>
      <ClipboardList className="size-4" aria-hidden />
      {t('door')}
    </Link>
  );
}
