'use client';

import { Elements, PaymentElement, useElements, useStripe } from '@stripe/react-stripe-js';
import type { Stripe, StripeElements, StripeElementsOptions } from '@stripe/stripe-js';
import { useEffect, useMemo, useState } from 'react';
import { useLocale, useTranslations } from 'use-intl';
import { Notice } from '@/components/ui/notice';
import { asLocale } from '@/i18n/locales';
import type { Order } from '@/lib/queries/types';
import { stripeAmount } from '@/lib/stripe/amount';
import { loadStripe } from '@/lib/stripe/load';

/** Turns what is in the card's fields into a token; null: the buyer has to look at them. */
export type MakeToken = () => Promise<string | null>;

interface Props {
  order: Order;
  publishableKey: string;
  /** Told how to make a token once the fields are there, and null when they are gone. */
  onReady: (make: MakeToken | null) => void;
}

/** The card's fields, which are Stripe's own: what is typed there never comes to us. */
export default function StripeCard({ order, publishableKey, onReady }: Props) {
  const t = useTranslations('pay');
  const locale = asLocale(useLocale());
  const [stripe] = useState(() => loadStripe(publishableKey).catch(() => null));
  const [missing, setMissing] = useState(false);
  useEffect(() => {
    let here = true;
    void stripe.then((loaded) => here && setMissing(loaded === null));
    return () => {
      here = false;
    };
  }, [stripe]);
  const options = useMemo<StripeElementsOptions>(
    () => ({
      mode: 'payment',
      amount: stripeAmount(order.total, order.currency),
      currency: order.currency,
      // As the intent is opened: cards wait for the tickets, banks are captured at once.
      captureMethod: 'automatic',
      locale,
    }),
    [order.total, order.currency, locale],
  );
  if (missing) {
    return (
      <Notice tone="bad" live>
        {t('cardMissing')}
      </Notice>
    );
  }
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-4 text-heading">{t('card')}</legend>
      <Elements stripe={stripe} options={options}>
        <Fields onReady={onReady} />
      </Elements>
    </fieldset>
  );
}

function Fields({ onReady }: Pick<Props, 'onReady'>) {
  const t = useTranslations('pay');
  const stripe = useStripe();
  const elements = useElements();
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    if (!stripe || !elements) return;
    onReady(async () => {
      const made = await tokenOf(stripe, elements);
      setProblem(made.token ? null : (made.problem ?? t('cardFailed')));
      return made.token;
    });
    return () => onReady(null);
  }, [stripe, elements, onReady, t]);
  return (
    <>
      <PaymentElement />
      {problem ? (
        <Notice tone="bad" live>
          {problem}
        </Notice>
      ) : null}
    </>
  );
}

async function tokenOf(
  stripe: Stripe,
  elements: StripeElements,
): Promise<{ token: string | null; problem?: string | undefined }> {
  const { error: incomplete } = await elements.submit();
  if (incomplete) return { token: null, problem: incomplete.message };
  const { confirmationToken, error } = await stripe.createConfirmationToken({ elements });
  return { token: confirmationToken?.id ?? null, problem: error?.message };
}
