'use client';

import { CalendarPlus, Printer } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import type { Order } from '@/lib/queries/types';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { calendarOf } from './calendar';
import { KeepAccount } from './keep-account';
import { Summary } from './summary';

/** A paid order: what was bought, its code, and what to do with it. */
export function CompleteOrder({ order }: { order: Order }) {
  const t = useTranslations('order');
  const { user } = useCurrentUser();
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 md:pt-14">
      <div className="grid gap-8 md:grid-cols-[minmax(0,1fr)_22rem] md:gap-12">
        <div className="flex flex-col gap-8">
          <div role="status" className="flex flex-col gap-3">
            <h1 className="text-display">{order.event ? t('going') : t('yours')}</h1>
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
          {user?.kind === 'guest' ? <KeepAccount order={order} /> : null}
        </div>
        <div>
          <Summary order={order} />
        </div>
      </div>
    </div>
  );
}

function Code({ order }: { order: Order }) {
  const t = useTranslations('order');
  const spelled = order.code.split('').join(' ');
  return (
    <Card className="flex flex-col gap-1">
      <p className="text-muted text-sm">{t('code')}</p>
      <p className="font-bold font-display text-4xl tracking-[0.12em]">
        <span aria-hidden>{order.code}</span>
        <span className="sr-only">{spelled}</span>
      </p>
      <p className="text-muted text-sm">
        {order.contact ? t('codeText', { name: order.contact.name }) : t('codeTextPlain')}
      </p>
    </Card>
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
