'use client';

import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Link } from '@/i18n/link';

export function BackLink() {
  const t = useTranslations('sales');
  return (
    <Link
      href="/sell"
      data-print="no"
      className="flex items-center gap-1.5 self-start font-medium text-muted text-sm underline-offset-4 hover:text-ink hover:underline"
    >
      <ArrowLeft className="size-4" aria-hidden />
      {t('back')}
    </Link>
  );
}
