'use client';

import { CalendarX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Link } from '@/i18n/link';

export function EventGone() {
  const t = useTranslations('event');
  return (
    <Empty
      icon={CalendarX}
      title={t('gone')}
      action={
        <Link href="/search" className={buttonStyle({})}>
          {t('search')}
        </Link>
      }
    >
      {t('goneText')}
    </Empty>
  );
}
