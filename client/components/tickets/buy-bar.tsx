'use client';

import { useTranslations } from 'use-intl';
import { Button, buttonStyle } from '@/components/ui/button';
import { useHydrated } from '@/components/ui/use-hydrated';
import { useFormat } from '@/i18n/format';
import { Link } from '@/i18n/link';
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
  const ready = useHydrated();
  if (!offers.some(({ status }) => status === 'on_sale')) return <NothingToBuy offers={offers} />;
  return (
    <div className="flex flex-col gap-3">
      <p className="flex items-baseline justify-between" aria-live="polite">
        <span className="text-muted">{t('chosen', { count: units })}</span>
        {units > 0 ? (
          <span className="font-bold font-display text-2xl tracking-tight">
            {total > 0 ? money(total, currency) : t('free')}
          </span>
        ) : null}
      </p>
      <Button
        look="go"
        size="large"
        wide
        pending={pending}
        disabled={units === 0 || !ready}
        className={ready ? undefined : 'disabled:opacity-100'}
        onClick={onBuy}
      >
        {pending ? t('holding') : t('get', { count: units })}
      </Button>
      <p className="text-balance text-center text-muted text-sm">{t('noAccount')}</p>
    </div>
  );
}

/** Why nothing can be bought here now, and what to do instead: never a dead end. */
function NothingToBuy({ offers }: { offers: Offer[] }) {
  const t = useTranslations('buy');
  const has = (wanted: Offer['status']) => offers.some(({ status }) => status === wanted);
  if (has('scheduled')) return <p className="text-balance text-muted">{t('comeBack')}</p>;
  const reason = has('all_held') ? 'allHeldText' : has('sold_out') ? 'soldOutText' : 'endedText';
  return (
    <div className="flex flex-col items-start gap-4">
      <p className="text-pretty text-muted">{t(reason)}</p>
      <Link href="/search" className={buttonStyle({ look: 'quiet' })}>
        {t('otherEvents')}
      </Link>
    </div>
  );
}
