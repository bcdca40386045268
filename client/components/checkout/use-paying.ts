'use client';

import { useEffect, useRef, useState } from 'react';
import type { Order, Payment } from '@/lib/queries/types';
import { useConfirmPayment } from '@/lib/queries/use-confirm-payment';
import { usePay } from '@/lib/queries/use-pay';
import { usePaymentConfig } from '@/lib/queries/use-payment-config';
import { usePayments } from '@/lib/queries/use-payments';
import { answerBank } from '@/lib/stripe/load';
import { visitBank } from './use-bank-trip';

/**
 * choosing: a way to pay is to be chosen · bank: the buyer's bank wants to ask ·
 * unknown: nobody knows yet, do not pay again · settling: paid, the order follows
 */
export type Stage = 'choosing' | 'bank' | 'unknown' | 'settling';

const STAGES: Partial<Record<Payment['status'], Stage>> = {
  requires_action: 'bank',
  processing: 'unknown',
  authorized: 'settling',
  captured: 'settling',
};

export interface Paying {
  stage: Stage;
  /** Whether the payments were heard of: until then the stage is no more than likely. */
  known: boolean;
  payment: Payment | null;
  pending: boolean;
  error: unknown;
  pay: (token: string | null) => Promise<void>;
  visitBank: () => void;
  askBank: () => void;
}

/** Where the payment of an order stands, and what may be done about it; `back`: from the bank. */
export function usePaying(order: Order, back: boolean): Paying {
  const { data } = usePayments(order.id);
  const pay = usePay(order.id);
  const confirm = useConfirmPayment(order.id);
  const { data: config } = usePaymentConfig();
  const [atBank, setAtBank] = useState(false);
  const payment = data?.items[0] ?? null;
  const ask = () => payment && confirm.mutate(payment.id);
  useAskOnReturn(back, payment, ask);
  /** Where the payment needs its buyer: on the bank's page, or in a window over this one. */
  const act = async (made: Payment) => {
    if (made.next_action?.type !== 'stripe_sdk') return visit(order.id, made);
    setAtBank(true);
    // Whatever the window says, the provider knows: it is asked in any case.
    await answerBank(config?.publishable_key ?? '', made.next_action.client_secret)
      .catch(() => undefined)
      .finally(() => setAtBank(false));
    confirm.mutate(made.id);
  };
  return {
    known: data !== undefined,
    stage: payment ? (STAGES[payment.status] ?? 'choosing') : 'choosing',
    payment,
    pending: pay.isPending || confirm.isPending || atBank,
    error: pay.error ?? confirm.error,
    pay: async (token) => {
      confirm.reset();
      const made = await pay.mutateAsync(token).catch(() => null);
      if (made) await act(made);
    },
    visitBank: () => payment && void act(payment),
    askBank: ask,
  };
}

/** Goes to the bank's page, where that is what the payment needs. */
function visit(orderId: string, { next_action }: Payment): void {
  if (next_action?.type !== 'redirect' || !next_action.url) return;
  const url = new URL(next_action.url, window.location.href);
  if (url.protocol !== 'https:' && url.origin !== window.location.origin) return;
  visitBank(orderId, url);
}

/** Asks what the bank said, once, when the buyer comes back from there. */
function useAskOnReturn(back: boolean, payment: Payment | null, ask: () => void): void {
  const done = useRef(false);
  useEffect(() => {
    if (!back || !payment || done.current) return;
    done.current = true;
    if (payment.status === 'requires_action') ask();
  }, [back, payment, ask]);
}
