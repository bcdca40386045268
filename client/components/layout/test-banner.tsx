'use client';

import { FlaskConical } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { PaymentConfig } from '@/lib/queries/types';
import { usePaymentConfig } from '@/lib/queries/use-payment-config';

/** Where money is spoken of: says when none of it is real. */
export function TestBanner({ config }: { config?: PaymentConfig | null }) {
  const t = useTranslations('pay');
  const { data } = usePaymentConfig(config);
  if (!data || data.livemode) return null;
  return (
    <p
      className="flex items-center justify-center gap-2 bg-info-soft px-4 py-2 text-center text-sm"
      data-print="no"
    >
      <FlaskConical className="size-4 shrink-0 text-info" aria-hidden />
      {t('testMode')}
    </p>
  );
}
