'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Paying } from './use-paying';

/** What a payment that has begun waits for. */
export function PaymentUnderWay({ paying }: { paying: Paying }) {
  const t = useTranslations('pay');
  if (paying.stage === 'settling') {
    return (
      <Notice tone="good" live title={t('settling')}>
        {t('settlingText')}
      </Notice>
    );
  }
  if (paying.stage === 'unknown') {
    return (
      <Notice tone="warn" live title={t('unknown')}>
        {t('unknownText')}
      </Notice>
    );
  }
  if (paying.stage !== 'bank') return null;
  return (
    <Notice
      tone="info"
      live
      title={t('bank')}
      action={
        <>
          <Button size="small" onClick={paying.visitBank}>
            {t('visitBank')}
          </Button>
          <Button size="small" look="quiet" pending={paying.pending} onClick={paying.askBank}>
            {t('askBank')}
          </Button>
        </>
      }
    >
      {t('bankText')}
    </Notice>
  );
}
