'use client';

import { MonitorSmartphone } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { QueryProblem } from '@/components/layout/query-problem';
import { useProblemText } from '@/components/layout/use-problem-text';
import { Badge } from '@/components/ui/badge';
import { Button } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Skeleton } from '@/components/ui/skeleton';
import { useFormat } from '@/i18n/format';
import { useOwnZone } from '@/i18n/own-zone';
import { useEndSession, useSessions } from '@/lib/queries/use-account';
import { deviceOf } from './device';

type Session = NonNullable<ReturnType<typeof useSessions>['data']>['items'][number];

export function SessionList() {
  const t = useTranslations('account');
  const text = useProblemText();
  const query = useSessions();
  const end = useEndSession();
  if (query.isError) return <QueryProblem error={query.error} again={query.refetch} />;
  if (!query.data) return <Skeleton className="h-24 md:col-span-2" />;
  const others = query.data.items.filter(({ current }) => !current);
  return (
    <div className="flex flex-col gap-4 md:col-span-2">
      <ul className="flex flex-col gap-2">
        {query.data.items.map((session) => (
          <SessionRow key={session.id} session={session} onEnd={() => end.mutate(session.id)} />
        ))}
      </ul>
      {end.error ? (
        <Notice tone="bad" live>
          {text(end.error)}
        </Notice>
      ) : null}
      {others.length > 0 ? (
        <Button
          look="danger"
          size="small"
          className="self-start"
          pending={end.isPending}
          onClick={() => end.mutate(null)}
        >
          {t('endOthers')}
        </Button>
      ) : (
        <p className="text-muted text-sm">{t('noOthers')}</p>
      )}
    </div>
  );
}

function SessionRow({ session, onEnd }: { session: Session; onEnd: () => void }) {
  const t = useTranslations('account');
  const { date } = useFormat();
  const zone = useOwnZone();
  const device = deviceOf(session.device ?? '');
  const name = device ? t('deviceOn', device) : session.device || t('unknownDevice');
  return (
    <li className="flex items-center gap-4 rounded-control border border-line bg-surface p-4">
      <MonitorSmartphone className="size-5 shrink-0" aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col">
        <span className="truncate font-medium">{name}</span>
        <span className="text-muted text-sm">
          {t('lastUsed', { when: date(session.last_used_at, zone, 'dayTime') })}
        </span>
      </div>
      {session.current ? (
        <Badge tone="good">{t('current')}</Badge>
      ) : (
        <Button look="quiet" size="small" onClick={onEnd}>
          {t('end')}
          <span className="sr-only">{name}</span>
        </Button>
      )}
    </li>
  );
}
