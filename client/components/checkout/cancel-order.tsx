'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import type { Order } from '@/lib/queries/types';
import type { CancelQuestion } from './cancel-question';

/** Gives the tickets back before their time; the question comes once somebody wants to. */
export function CancelOrder({ order }: { order: Order }) {
  const t = useTranslations('checkout');
  const text = useProblemText();
  const [asking, setAsking] = useState(false);
  const [Question, setQuestion] = useState<typeof CancelQuestion | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const ask = async () => {
    setProblem(null);
    try {
      const loaded = await import('./cancel-question');
      setQuestion(() => loaded.CancelQuestion);
      setAsking(true);
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <>
      <Button look="ghost" size="small" className="self-center text-muted" onClick={ask}>
        {t('cancel')}
      </Button>
      {problem ? (
        <Notice tone="bad" live>
          {text(problem)}
        </Notice>
      ) : null}
      {Question ? <Question order={order} open={asking} onOpenChange={setAsking} /> : null}
    </>
  );
}
