'use client';

import { useTranslations } from 'use-intl';
import { Button, buttonStyle } from '@/components/ui/button';
import { Link } from '@/i18n/link';

/**
 * Something of ours broke while a page was shown. Only a new document brings the scripts of a new
 * release along, and the one that broke may have been paying: where orders are is said, no more.
 */
export default function ErrorPage() {
  const t = useTranslations('errors');
  const nav = useTranslations('nav');
  return (
    <div className="mx-auto flex max-w-2xl flex-col items-start gap-6 px-4 py-20 sm:px-6">
      <p className="rounded-control bg-bad-soft px-3 py-1 font-bold font-display text-bad">500</p>
      <h1 className="text-display">{t('broken')}</h1>
      <p className="text-lg text-muted">{t('brokenText')}</p>
      <div className="flex flex-wrap gap-3">
        <Button onClick={() => window.location.reload()}>{t('again')}</Button>
        <Link href="/orders" className={buttonStyle({ look: 'quiet' })}>
          {nav('orders')}
        </Link>
        <Link href="/" className={buttonStyle({ look: 'quiet' })}>
          {t('home')}
        </Link>
      </div>
    </div>
  );
}
