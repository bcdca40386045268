'use client';

import { useTranslations } from 'use-intl';
import { Loading, Skeleton } from '@/components/ui/skeleton';

export function EventSkeleton() {
  const t = useTranslations('common');
  return (
    <Loading label={t('loading')}>
      <div className="mx-auto grid max-w-6xl gap-12 px-4 pt-6 sm:px-6 md:grid-cols-[minmax(0,1fr)_minmax(0,26rem)] md:pt-12">
        <div className="flex flex-col gap-4">
          <Skeleton className="h-5 w-48" />
          <Skeleton className="h-12 w-full" />
          <Skeleton className="h-12 w-2/3" />
          <Skeleton className="h-24 w-full" />
        </div>
        <Skeleton className="h-96 rounded-card" />
      </div>
    </Loading>
  );
}
