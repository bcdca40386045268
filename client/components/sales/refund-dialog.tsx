'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useFaultText } from '@/components/forms/use-fault-text';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { useFormat } from '@/i18n/format';
import { editableMoney, parseMoney } from '@/lib/format/money';
import { fieldErrors } from '@/lib/http/problem';
import type { Payment, Sale } from '@/lib/queries/types';
import { usePayments } from '@/lib/queries/use-payments';
import { useRefund } from '@/lib/queries/use-refund';

interface Props {
  sale: Sale;
  onClose: () => void;
}

/** The money of an order goes back, all of it or a part, after asking. */
export function RefundDialog({ sale, onClose }: Props) {
  const t = useTranslations('sales.refund');
  const { money } = useFormat();
  const [restock, setRestock] = useState(true);
  const payments = usePayments(sale.id);
  const paid = payments.data?.items.find(({ status }) => status === 'captured') ?? null;
  const refund = useRefund(paid?.id ?? null);
  const wrong = useWrongAmount(refund);
  const { back, rest, text, amount, type } = useAmount(sale, paid);
  const whole = amount === rest;
  const confirm = () => {
    if (amount === null || !paid) return;
    refund.mutate({ restock: whole && restock, ...(whole ? {} : { amount }) });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={t('title', { code: sale.code })}
      description={t(back > 0 ? 'textRest' : 'text', {
        name: sale.contact?.name ?? sale.code,
        total: money(sale.total, sale.currency),
        back: money(back, sale.currency),
      })}
      actions={
        refund.isSuccess ? (
          <Button onClick={onClose}>{t('close')}</Button>
        ) : (
          <>
            <Button look="quiet" onClick={onClose}>
              {t('keep')}
            </Button>
            <Button
              look="danger"
              pending={refund.isPending}
              disabled={!paid || amount === null}
              onClick={confirm}
            >
              {t('yes', { amount: money(amount ?? 0, sale.currency) })}
            </Button>
          </>
        )
      }
    >
      <Told sale={sale} refund={refund} payments={payments} paid={paid !== null} />
      {refund.isSuccess ? null : (
        <>
          <TextField
            label={t('amount', { currency: sale.currency.toUpperCase() })}
            inputMode="decimal"
            value={text}
            onChange={({ target }) => type(target.value)}
            error={amount === null ? t('wrong', { most: money(rest, sale.currency) }) : wrong}
          />
          <Restock checked={whole && restock} disabled={!whole} onChange={setRestock} />
        </>
      )}
    </Dialog>
  );
}

/** How much is to go back: what is left of it, until something else is typed; null if it cannot. */
function useAmount({ total, currency, amount_refunded }: Sale, paid: Payment | null) {
  const [typed, type] = useState<string | null>(null);
  const back = Math.max(amount_refunded, paid?.amount_refunded ?? 0);
  const rest = total - back;
  const text = typed ?? editableMoney(rest, currency);
  const entered = parseMoney(text, currency);
  const amount = entered !== null && entered > 0 && entered <= rest ? entered : null;
  return { back, rest, text, amount, type };
}

type Refunding = ReturnType<typeof useRefund>;

/** What is wrong with the amount, which stands beside its field. */
function useWrongAmount({ error }: Refunding): string | undefined {
  const say = useFaultText();
  return fieldErrors(error, ['amount'], say).fields.amount;
}

interface ToldProps {
  sale: Sale;
  refund: Refunding;
  payments: ReturnType<typeof usePayments>;
  paid: boolean;
}

/** What came of it, or why it cannot be. */
function Told({ sale, refund, payments, paid }: ToldProps) {
  const t = useTranslations('sales.refund');
  const { money } = useFormat();
  const text = useProblemText();
  const wrong = useWrongAmount(refund);
  if (refund.data?.status === 'failed') {
    return (
      <Notice tone="bad" live>
        {t('refused')}
      </Notice>
    );
  }
  if (refund.data) {
    return (
      <Notice tone="good" live>
        {t('done', { amount: money(refund.data.amount, sale.currency) })}
      </Notice>
    );
  }
  const error = wrong ? null : (refund.error ?? payments.error);
  if (error) {
    return (
      <Notice tone="bad" live>
        {text(error)}
      </Notice>
    );
  }
  return payments.isSuccess && !paid ? <Notice tone="warn">{t('none')}</Notice> : null;
}

interface RestockProps {
  checked: boolean;
  disabled: boolean;
  onChange: (checked: boolean) => void;
}

function Restock({ checked, disabled, onChange }: RestockProps) {
  const t = useTranslations('sales.refund');
  return (
    <label className="flex items-start gap-3">
      <input
        type="checkbox"
        className="mt-0.5 size-5 shrink-0 accent-ink"
        checked={checked}
        disabled={disabled}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span className="flex flex-col">
        <span className="font-medium">{t('restock')}</span>
        <span className="text-muted text-sm">{t('restockText')}</span>
      </span>
    </label>
  );
}
