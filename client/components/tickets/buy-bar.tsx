'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useFormat } from '@/i18n/format';
import type { Offer } from './offer';

interface Props {
  units: number;
  total: number;
  currency: string;
  pending: boolean;
  offers: Offer[];
  onBuy: () => void;
}

/** What is chosen, what it costs in all, and the one way on. */
export function BuyBar({ units, total, currency, pending, offers, onBuy }: Props) {
  const t = useTranslations('buy');
  const { money } = useFormat();
  if (!offers.some(({ status }) => status === 'on_sale')) {
    const hope = offers.some(({ status }) => status === 'scheduled');
    return <p className="text-center text-muted">{t(hope ? 'comeBack' : 'nothingOnSale')}</p>;
  }
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-baseline justify-between" aria-live="polite">
        <span className="text-muted">{t('chosen', { count: units })}</span>
        <span className="font-bold font-display text-2xl tracking-tight">
          {money(total, currency)}
        </span>
      </p>
      <Button look="go" size="large" wide pending={pending} disabled={units === 0} onClick={onBuy}>
        {pending ? t('holding') : t('get', { count: units })}
      </Button>
      <p className="text-center text-muted text-sm">{t('noAccount')}</p>
    </div>
  );
}
