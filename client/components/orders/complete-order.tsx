'use client';

import { CalendarPlus, Printer } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Stub, TearLine } from '@/components/ui/card';
import { Poster } from '@/components/ui/poster';
import type { Order } from '@/lib/queries/types';
import { calendarOf } from './calendar';
import { Headline } from './headline';
import { KeepAccount } from './keep-account';
import { Receipt } from './receipt';
import { EventWhen } from './summary';

/** A paid order: what was bought, its code, and what to do with it. */
export function CompleteOrder({ order, changed }: { order: Order; changed: boolean }) {
  const t = useTranslations('order');
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 md:pt-14">
      <div className="grid gap-8 md:grid-cols-[minmax(0,1fr)_22rem] md:gap-12">
        <div className="flex flex-col gap-8">
          <div role="status" className="flex flex-col gap-3">
            <Headline changed={changed} className="text-display">
              {order.event ? t('going') : t('yours')}
            </Headline>
            <p className="max-w-prose text-lg text-muted">
              {order.contact ? t('doneText', { email: order.contact.email }) : t('doneTextPlain')}
            </p>
          </div>
          <Code order={order} />
          <div className="flex flex-wrap gap-3" data-print="no">
            {order.event ? (
              <Button look="quiet" onClick={() => download(order)}>
                <CalendarPlus className="size-4" aria-hidden />
                {t('calendar')}
              </Button>
            ) : null}
            <Button look="quiet" onClick={() => window.print()}>
              <Printer className="size-4" aria-hidden />
              {t('print')}
            </Button>
          </div>
          <KeepAccount order={order} />
        </div>
        <Receipt order={order} />
      </div>
    </div>
  );
}

function Code({ order }: { order: Order }) {
  const t = useTranslations('order');
  const spelled = order.code.split('').join(' ');
  return (
    <Stub>
      <div className="h-32 overflow-hidden rounded-t-card sm:h-44" data-print="no">
        <Poster id={order.event?.id ?? order.items[0]?.ticket_id ?? order.id} />
      </div>
      <div className="flex flex-col gap-1 p-5 sm:p-6">
        <h2 className="text-heading">{order.event?.name ?? order.items[0]?.title}</h2>
        {order.event ? <EventWhen event={order.event} /> : null}
        {order.event ? (
          <p className="text-muted text-sm">
            {order.event.venue.name}, {order.event.venue.city}
          </p>
        ) : null}
      </div>
      <TearLine />
      <div className="flex flex-col gap-1 px-5 pt-2 pb-5 sm:px-6 sm:pb-6">
        <p className="text-muted text-sm">{t('code')}</p>
        <p className="font-bold font-display text-4xl tracking-[0.12em] sm:text-5xl">
          <span aria-hidden>{order.code}</span>
          <span className="sr-only">{spelled}</span>
        </p>
        <p className="text-muted text-sm">
          {order.contact ? t('codeText', { name: order.contact.name }) : t('codeTextPlain')}
        </p>
      </div>
    </Stub>
  );
}

function download(order: Order): void {
  const file = new Blob([calendarOf(order)], { type: 'text/calendar' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = `${order.code}.ics`;
  link.click();
  URL.revokeObjectURL(link.href);
}
