'use client';

import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Choice } from '@/components/ui/choice';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import type { PaymentConfig } from '@/lib/queries/types';
import { usePaymentConfig } from '@/lib/queries/use-payment-config';

const CARDS = [
  { token: 'tok_visa', name: 'visa' },
  { token: 'tok_threeDSecure2Required', name: 'secure' },
  { token: 'tok_chargeDeclined', name: 'declined' },
  { token: 'tok_test_bank', name: 'bank' },
] as const;

interface Props {
  config: PaymentConfig | undefined;
  token: string;
  onChange: (token: string) => void;
}

/** What the test provider takes: a card that works, one whose bank asks, one that is refused, a bank. */
export function CardChoice({ config, token, onChange }: Props) {
  const t = useTranslations('pay');
  if (!config) return <NotKnownYet />;
  if (config.provider !== 'test') return <Notice tone="warn">{t('otherProvider')}</Notice>;
  return (
    <fieldset className="flex min-w-0 flex-col gap-3">
      <legend className="mb-4 text-heading">{t('card')}</legend>
      {CARDS.map((card) => (
        <Choice
          key={card.token}
          name="card"
          value={card.token}
          checked={token === card.token}
          onChange={onChange}
          title={t(`cards.${card.name}`)}
        >
          {t(`cards.${card.name}Text`)}
        </Choice>
      ))}
    </fieldset>
  );
}

function NotKnownYet() {
  const { error, refetch } = usePaymentConfig();
  return error ? <QueryProblem error={error} again={refetch} /> : <Skeleton className="h-64" />;
}
