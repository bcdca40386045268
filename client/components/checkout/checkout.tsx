'use client';

import { useTranslations } from 'use-intl';
import { Clock, ClockAnnouncer } from '@/components/orders/clock';
import { Summary } from '@/components/orders/summary';
import { useClock } from '@/components/orders/use-clock';
import { Notice } from '@/components/ui/notice';
import { Steps } from '@/components/ui/steps';
import type { HeardOrder } from '@/lib/queries/types';
import { CancelOrder } from './cancel-order';
import { PayForm } from './pay-form';
import { PaymentUnderWay } from './payment-under-way';
import { usePaying } from './use-paying';

interface Props {
  order: HeardOrder;
  /** The buyer comes from the bank. */
  back: boolean;
}

/** One page from held tickets to paid ones. */
export function Checkout({ order, back }: Props) {
  const t = useTranslations('checkout');
  const paying = usePaying(order, back);
  const settled = paying.stage === 'settling';
  const unpaid = paying.stage === 'choosing' || paying.stage === 'bank';
  return (
    <div className="mx-auto flex max-w-5xl flex-col gap-6 px-4 pt-6 sm:px-6 md:grid md:grid-cols-[minmax(0,1fr)_22rem] md:grid-rows-[auto_auto_1fr] md:gap-x-12 md:gap-y-8 md:pt-10">
      <div className="flex flex-col gap-4">
        <Progress settled={settled} />
        <h1 className="text-title">{t('title')}</h1>
      </div>
      {settled ? <div /> : <HoldClock order={order} />}
      <div className="flex flex-col gap-6 max-md:order-1 md:row-span-2">
        <PaymentUnderWay paying={paying} />
        {unpaid ? <PayForm order={order} paying={paying} /> : null}
      </div>
      <div>
        <Summary order={order} />
      </div>
      {unpaid && paying.known ? (
        <div className="order-2 flex flex-col md:-mt-4">
          <CancelOrder order={order} />
        </div>
      ) : null}
    </div>
  );
}

function Progress({ settled }: { settled: boolean }) {
  const t = useTranslations('checkout');
  return (
    <Steps
      label={t('steps')}
      done={t('done')}
      steps={[
        { name: t('stepTickets'), state: 'done' },
        { name: t('stepPay'), state: settled ? 'done' : 'now' },
        { name: t('stepDone'), state: settled ? 'now' : 'next' },
      ]}
    />
  );
}

/** How long the tickets are held, by the server's clock. */
function HoldClock({ order }: { order: HeardOrder }) {
  const t = useTranslations('hold');
  const left = useClock(order);
  if (left.over) {
    return (
      <Notice tone="warn" live>
        {t('ending')}
      </Notice>
    );
  }
  return (
    <div className="sticky top-18 z-10 flex items-center gap-3 self-start rounded-full bg-go px-5 py-2.5 text-on-go max-md:shadow-lift md:static md:self-end md:justify-self-end">
      <span className="font-medium text-sm">{t('heldFor')}</span>
      <Clock left={left} className="font-display text-2xl tracking-tight" />
      <ClockAnnouncer left={left} />
    </div>
  );
}
