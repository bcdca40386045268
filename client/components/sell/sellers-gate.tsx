'use client';

import { Store } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { MemberGate } from '@/components/account/member-gate';

/** Selling takes an account. */
export function SellersGate({ children }: { children: ReactNode }) {
  const t = useTranslations('sell');
  return (
    <MemberGate
      icon={Store}
      page={t('invitation')}
      title={t('needAccount')}
      text={t('needAccountText')}
    >
      {children}
    </MemberGate>
  );
}
