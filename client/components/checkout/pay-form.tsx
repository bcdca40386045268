'use client';

import { Lock } from 'lucide-react';
import dynamic from 'next/dynamic';
import { useCallback, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { useFormat } from '@/i18n/format';
import { persistently } from '@/lib/later';
import type { Order } from '@/lib/queries/types';
import { usePaymentConfig } from '@/lib/queries/use-payment-config';
import { useSaveContact } from '@/lib/queries/use-save-contact';
import { CardChoice } from './card-choice';
import { PayRefusal } from './pay-refusal';
import type { MakeToken } from './stripe-card';
import type { Paying } from './use-paying';
import { useTypedContact } from './use-typed-contact';

/** Its script is another company's: loaded where somebody pays by it, nowhere else. */
const StripeCard = dynamic(() => persistently(() => import('./stripe-card')), { ssr: false });

const FIELDS = ['contact.name', 'contact.email'] as const;

/** Who the tickets are for, how they are paid, and the one button that does both. */
export function PayForm({ order, paying }: { order: Order; paying: Paying }) {
  const t = useTranslations('pay');
  const { data: config } = usePaymentConfig();
  const { contact, type } = useTypedContact(order);
  const [token, setToken] = useState('tok_visa');
  const makeToken = useRef<MakeToken | null>(null);
  const [fields, setFields] = useState(false);
  const stripeKey = config?.provider === 'stripe' ? config.publishable_key : null;
  const save = useSaveContact(order.id);
  const free = order.total === 0;
  const form = useForm({
    fields: FIELDS,
    submit: async () => {
      if (!isSame(order.contact, contact)) await save.mutateAsync(contact);
      const card = free || !stripeKey ? token : await makeToken.current?.();
      if (card) await paying.pay(free ? null : card);
    },
  });
  const onReady = useCallback((make: MakeToken | null) => {
    makeToken.current = make;
    setFields(make !== null);
  }, []);
  const payable = free || config?.provider === 'test' || fields;
  return (
    <form {...form.props} className="flex flex-col gap-8">
      <fieldset className="flex min-w-0 flex-col gap-4">
        <legend className="mb-4 text-heading">{t('details')}</legend>
        <TextField
          label={t('name')}
          name="contact.name"
          autoComplete="name"
          required
          maxLength={200}
          value={contact.name}
          onChange={({ target }) => type({ name: target.value })}
          error={form.errors['contact.name']}
        />
        <TextField
          label={t('email')}
          hint={t('emailHint')}
          name="contact.email"
          type="email"
          autoComplete="email"
          required
          value={contact.email}
          onChange={({ target }) => type({ email: target.value })}
          error={form.errors['contact.email']}
        />
      </fieldset>
      {free ? null : stripeKey ? (
        <StripeCard order={order} publishableKey={stripeKey} onReady={onReady} />
      ) : (
        <CardChoice config={config} token={token} onChange={setToken} />
      )}
      <PayRefusal error={paying.error} payment={paying.payment} />
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      {payable ? <Submit order={order} pending={form.pending || paying.pending} /> : null}
    </form>
  );
}

function Submit({ order, pending }: { order: Order; pending: boolean }) {
  const t = useTranslations('pay');
  const { money } = useFormat();
  return (
    <div className="flex flex-col gap-3">
      <Button type="submit" look="go" size="large" wide pending={pending}>
        {pending
          ? t('paying')
          : order.total === 0
            ? t('confirmFree')
            : t('pay', { total: money(order.total, order.currency) })}
      </Button>
      <p className="flex items-center justify-center gap-2 text-center text-muted text-sm">
        <Lock className="size-4 shrink-0" aria-hidden />
        {t('once')}
      </p>
    </div>
  );
}

const isSame = (saved: Order['contact'], typed: { name: string; email: string }) =>
  saved?.name === typed.name && saved?.email === typed.email;
