'use client';

import type { LucideIcon } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Loading, Skeleton } from '@/components/ui/skeleton';
import { Link } from '@/i18n/link';
import { usePath } from '@/i18n/path';
import { useCurrentUser } from '@/lib/queries/use-current-user';

interface Props {
  icon: LucideIcon;
  /** The title of the page, over the invitation. */
  page: string;
  title: string;
  text: string;
  children: ReactNode;
}

/** A page for people with an account: whoever has none is shown the way to one. */
export function MemberGate({ icon, page, title, text, children }: Props) {
  const t = useTranslations('nav');
  const common = useTranslations('common');
  const { member, known } = useCurrentUser();
  const next = encodeURIComponent(usePath() ?? '/');
  if (!known) {
    return (
      <Loading label={common('loading')}>
        <Skeleton className="h-64 rounded-card" />
      </Loading>
    );
  }
  // Another person's forms are others, with nothing in them of who left.
  if (member) return <Fragment key={member.id}>{children}</Fragment>;
  return (
    <div className="flex flex-col gap-8">
      <h1 className="text-title">{page}</h1>
      <Empty
        icon={icon}
        title={title}
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
        {text}
      </Empty>
    </div>
  );
}
