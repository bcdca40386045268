'use client';

import { useTranslations } from 'use-intl';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { clocksDiffer } from '@/lib/time/zoned';

/** The same moment on the visitor's clock, where that differs. */
export function YourTime({ moment, timezone }: { moment: string; timezone: string }) {
  const t = useTranslations('event');
  const { date } = useFormat();
  const own = useOwnZone(timezone);
  if (!clocksDiffer(moment, timezone, own)) return null;
  return <> · {t('yourTime', { when: date(moment, own, 'dayTime') })}</>;
}
