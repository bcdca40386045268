'use client';

import { TicketX } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonStyle } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { Link } from '@/i18n/link';
import { usePath } from '@/i18n/path';

/** No such order, or not this visitor's: the two are answered alike. */
export function NoOrder({ signedOut }: { signedOut: boolean }) {
  const t = useTranslations('order');
  const path = usePath() ?? '/orders';
  return (
    <div className="mx-auto flex max-w-3xl flex-col gap-6 px-4 py-8 sm:py-12">
      <h1 className="text-title">{t('title')}</h1>
      <Empty
        icon={TicketX}
        title={signedOut ? t('signedOut') : t('missing')}
        action={
          <>
            <Link href={`/signin?next=${encodeURIComponent(path)}`} className={buttonStyle({})}>
              {t('signIn')}
            </Link>
            <Link href="/orders" className={buttonStyle({ look: 'quiet' })}>
              {t('all')}
            </Link>
          </>
        }
      >
        {signedOut ? t('signedOutText') : t('missingText')}
      </Empty>
    </div>
  );
}
