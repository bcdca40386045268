'use client';

import { clsx } from 'clsx';
import { useTranslations } from 'use-intl';
import { announcement, clockFace, type Remaining, spokenMinutes } from '@/lib/time/countdown';

/** A countdown: seconds for the eye, minutes for the ear. */
export function Clock({ left, className }: { left: Remaining; className?: string }) {
  const t = useTranslations('hold');
  return (
    <span className={clsx('font-bold tabular-nums', className)}>
      <span aria-hidden>{clockFace(left)}</span>
      <span className="sr-only">{t('minutesLeft', { minutes: spokenMinutes(left) })}</span>
    </span>
  );
}

/** Tells a screen reader at five and at two minutes, and is silent otherwise. */
export function ClockAnnouncer({ left }: { left: Remaining }) {
  const t = useTranslations('hold');
  const due = announcement(left);
  return (
    <p className="sr-only" aria-live="assertive">
      {due ? t('announce', { minutes: due }) : ''}
    </p>
  );
}
