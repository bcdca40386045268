'use client';

import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Link } from '@/i18n/link';

export function NotFound() {
  const t = useTranslations('errors');
  return (
    <div className="mx-auto flex max-w-2xl flex-col items-start gap-6 px-4 py-20 sm:px-6">
      <p className="rounded-control bg-go px-3 py-1 font-bold font-display text-on-go">404</p>
      <h1 className="text-display">{t('notFound')}</h1>
      <p className="text-lg text-muted">{t('notFoundText')}</p>
      <div className="flex flex-wrap gap-3">
        <Link href="/search" className={buttonStyle({})}>
          {t('find')}
        </Link>
        <Link href="/" className={buttonStyle({ look: 'quiet' })}>
          {t('home')}
        </Link>
      </div>
    </div>
  );
}
