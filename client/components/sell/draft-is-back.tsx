'use client';

import { useTranslations } from 'use-intl';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';

/** Says that the form holds what was typed before, for whoever does not want that any more. */
export function DraftIsBack({ onStartOver }: { onStartOver: () => void }) {
  const t = useTranslations('sell');
  return (
    <Notice
      action={
        <Button
          look="quiet"
          size="small"
          onClick={({ currentTarget }) => {
            currentTarget.form?.querySelector<HTMLElement>('input')?.focus(); // this one goes
            onStartOver();
          }}
        >
          {t('startOver')}
        </Button>
      }
    >
      {t('draftIsBack')}
    </Notice>
  );
}
