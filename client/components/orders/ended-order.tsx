'use client';

import { useTranslations } from 'use-intl';
import { type Paying, usePaying } from '@/components/checkout/use-paying';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button, buttonStyle } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Link, useRouter } from '@/i18n/link';
import type { Order } from '@/lib/queries/types';
import { useReserve } from '@/lib/queries/use-reserve';
import { Headline } from './headline';
import { Summary } from './summary';

/** Why nothing was paid, and may be tried again: unless a payment is still under way. */
const UNPAID: readonly Order['reason'][] = ['expired', 'buyer', 'payment_failed'];

interface Props {
  order: Order;
  /** The buyer comes from the bank. */
  back: boolean;
  changed: boolean;
}

/** An order that is over: what happened to tickets and money, and the way to try again. */
export function EndedOrder({ order, back, changed }: Props) {
  const t = useTranslations('ended');
  const paying = usePaying(order, back);
  const reason = order.reason ?? 'buyer';
  const unpaid = UNPAID.includes(reason);
  const nothingTaken = unpaid && paying.known && paying.stage === 'choosing';
  return (
    <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 md:pt-14">
      <div className="grid gap-8 md:grid-cols-[minmax(0,1fr)_22rem] md:gap-12">
        <div className="flex flex-col gap-6">
          <div role="status" className="flex flex-col gap-3">
            <Headline changed={changed} className="text-title">
              {t(`${reason}.title`)}
            </Headline>
            {nothingTaken || !unpaid ? (
              <p className="max-w-prose text-lg text-muted">{t(`${reason}.text`)}</p>
            ) : null}
          </div>
          {unpaid ? <LatePayment reason={reason} paying={paying} /> : null}
          {unpaid ? <WaysOn order={order} again={nothingTaken} /> : null}
        </div>
        <div>
          <Summary order={order} />
        </div>
      </div>
    </div>
  );
}

/** A payment may still be under way when a hold ends: it then decides, unless its buyer has. */
function LatePayment({ reason, paying }: { reason: Order['reason']; paying: Paying }) {
  const t = useTranslations('ended');
  const pay = useTranslations('pay');
  if (paying.stage === 'choosing') return null;
  return (
    <Notice
      tone="warn"
      live
      title={t('late')}
      action={
        paying.stage === 'bank' ? (
          <Button size="small" look="quiet" pending={paying.pending} onClick={paying.askBank}>
            {pay('askBank')}
          </Button>
        ) : null
      }
    >
      {t(reason === 'expired' ? 'lateText' : 'lateBack')}
    </Notice>
  );
}

function WaysOn({ order, again }: { order: Order; again: boolean }) {
  const t = useTranslations('ended');
  const text = useProblemText();
  const router = useRouter();
  const reserve = useReserve();
  const back = order.event
    ? `/events/${order.event.id}`
    : `/tickets/${order.items[0]?.ticket_id ?? ''}`;
  const tryAgain = () =>
    reserve.mutate(
      {
        eventId: order.event?.id ?? null,
        items: order.items.map(({ ticket_id, quantity }) => ({ ticket_id, quantity })),
        total: order.total,
      },
      { onSuccess: ({ id }) => router.push(`/orders/${id}`) },
    );
  return (
    <div className="flex flex-col gap-4">
      {reserve.error ? (
        <Notice tone="warn" live>
          {text(reserve.error)}
        </Notice>
      ) : null}
      <div className="flex flex-wrap gap-3">
        {again ? (
          <Button look="go" pending={reserve.isPending} onClick={tryAgain}>
            {t('again')}
          </Button>
        ) : null}
        <Link href={back} className={buttonStyle({ look: 'quiet' })}>
          {t('back')}
        </Link>
      </div>
    </div>
  );
}
