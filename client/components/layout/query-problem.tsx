'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { useProblemText } from './use-problem-text';

/** A question the API did not answer: what happened, and the way to ask again. */
export function QueryProblem({ error, again }: { error: unknown; again: () => unknown }) {
  const t = useTranslations('common');
  const text = useProblemText();
  return (
    <Notice
      tone="bad"
      live
      title={t('notLoaded')}
      action={
        <Button look="quiet" size="small" onClick={() => void again()}>
          {t('again')}
        </Button>
      }
    >
      {text(error)}
    </Notice>
  );
}
