import type { Metadata } from 'next';
import { Suspense } from 'react';
import { EventGridSkeleton } from '@/components/events/event-grid';
import { SearchView } from '@/components/events/search-view';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: translator(asLocale((await params).locale))('search.title') };
}

export default async function Search({ params }: Props) {
  const t = translator(asLocale((await params).locale));
  return (
    <div className="mx-auto flex max-w-6xl flex-col gap-8 px-4 pt-8 sm:px-6 sm:pt-12">
      <h1 className="text-title">{t('search.title')}</h1>
      <Suspense fallback={<EventGridSkeleton />}>
        <SearchView />
      </Suspense>
    </div>
  );
}
