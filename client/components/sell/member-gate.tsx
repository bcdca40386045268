'use client';

import { Store } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { Link } from '@/i18n/link';
import { usePath } from '@/i18n/path';
import { useCurrentUser } from '@/lib/queries/use-current-user';

/** Selling takes an account: whoever has none is shown the way to one. */
export function MemberGate({ children }: { children: ReactNode }) {
  const common = useTranslations('common');
  const { member, known } = useCurrentUser();
  if (!known) {
    return (
      <Loading label={common('loading')}>
        <Skeleton className="h-64 rounded-card" />
      </Loading>
    );
  }
  return member ? children : <Invitation />;
}

function Invitation() {
  const t = useTranslations('sell');
  const next = encodeURIComponent(usePath() ?? '/sell');
  return (
    <div className="flex flex-col gap-8">
      <h1 className="text-title">{t('invitation')}</h1>
      <Empty
        icon={Store}
        title={t('needAccount')}
        action={
          <>
            <Link href={`/signup?next=${next}`} className={buttonStyle({ look: 'go' })}>
              {t('signUp')}
            </Link>
            <Link href={`/signin?next=${next}`} className={buttonStyle({ look: 'quiet' })}>
              {t('signIn')}
            </Link>
          </>
        }
      >
        {t('needAccountText')}
      </Empty>
    </div>
  );
}
