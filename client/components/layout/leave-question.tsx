'use client';

import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button, buttonStyle } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Link } from '@/i18n/link';

interface Props {
  onKeep: () => void;
  onCancel: () => void;
  onLeave: () => void;
  pending: boolean;
  problem: ReactNode;
}

/** Whether a guest really wants to lose the only way to what they ordered. */
export function LeaveQuestion({ onKeep, onCancel, onLeave, pending, problem }: Props) {
  const t = useTranslations('leave');
  return (
    <Dialog
      open
      onOpenChange={onCancel}
      title={t('title')}
      description={t('text')}
      actions={
        <>
          <Button look="danger" pending={pending} onClick={onLeave}>
            {t('leave')}
          </Button>
          <Link
            href="/signup?next=/orders"
            className={buttonStyle({ look: 'go' })}
            onClick={onKeep}
          >
            {t('keep')}
          </Link>
        </>
      }
    >
      {problem}
    </Dialog>
  );
}
