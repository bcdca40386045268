'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { useFormat } from '@/i18n/format';

interface Props {
  units: number;
  total: number;
  currency: string;
  pending: boolean;
  /** Whether there is anything to choose at all. */
  possible: boolean;
  onBuy: () => void;
}

/** What is chosen, what it costs in all, and the one way on. */
export function BuyBar({ units, total, currency, pending, possible, onBuy }: Props) {
  const t = useTranslations('buy');
  const { money } = useFormat();
  if (!possible) return <p className="text-center text-muted">{t('nothingOnSale')}</p>;
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
