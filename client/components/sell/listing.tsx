'use client';

import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';

interface Pages<Item> {
  data: { pages: { items: Item[] }[] } | undefined;
  error: unknown;
  isError: boolean;
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  refetch: () => unknown;
  fetchNextPage: () => unknown;
}

interface Props<Item> {
  pages: Pages<Item>;
  empty: { icon: LucideIcon; title: string; text: string; action?: ReactNode };
  children: (item: Item) => ReactNode;
}

/** A list that comes page by page, in each of its states. */
export function Listing<Item>({ pages, empty, children }: Props<Item>) {
  const t = useTranslations('common');
  const items = pages.data?.pages.flatMap((page) => page.items);
  if (pages.isError && !items) return <QueryProblem error={pages.error} again={pages.refetch} />;
  if (!items) {
    return (
      <Loading label={t('loading')}>
        <div className="flex flex-col gap-3">
          <Skeleton className="h-24 rounded-card" />
          <Skeleton className="h-24 rounded-card" />
        </div>
      </Loading>
    );
  }
  if (items.length === 0) {
    return (
      <Empty icon={empty.icon} title={empty.title} action={empty.action}>
        {empty.text}
      </Empty>
    );
  }
  return (
    <div className="flex flex-col gap-6">
      <ul className="flex flex-col gap-3">{items.map(children)}</ul>
      {pages.hasNextPage ? (
        <Button
          look="quiet"
          className="self-center"
          pending={pages.isFetchingNextPage}
          onClick={() => void pages.fetchNextPage()}
        >
          {t('more')}
        </Button>
      ) : null}
    </div>
  );
}
