'use client';

import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Notice } from '@/components/ui/notice';
import { isCode } from '@/lib/http/problem';
import type { Payment } from '@/lib/queries/types';

/** Why an attempt to pay came to nothing; what the money did is said first. */
export function PayRefusal({ error, payment }: { error: unknown; payment: Payment | null }) {
  const t = useTranslations('pay');
  const text = useProblemText();
  if (isCode(error, 'declined')) {
    return (
      <Notice tone="bad" live title={t('declined')}>
        {t('declinedText')}
      </Notice>
    );
  }
  if (error) {
    return (
      <Notice tone="bad" live>
        {text(error)}
      </Notice>
    );
  }
  if (payment?.status !== 'failed') return null;
  return (
    <Notice tone="bad" live title={t('failed')}>
      {t('failedText')}
    </Notice>
  );
}
