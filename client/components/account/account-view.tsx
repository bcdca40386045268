'use client';

import { UserRound } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Section } from '@/components/ui/section';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { MemberGate } from './member-gate';
import { NameForm } from './name-form';
import { PasswordForm } from './password-form';
import { SessionList } from './session-list';

/** One's own account: name, password, and where else one is signed in. */
export function AccountView() {
  const t = useTranslations('account');
  const { member } = useCurrentUser();
  return (
    <MemberGate
      icon={UserRound}
      page={t('title')}
      title={t('needAccount')}
      text={t('needAccountText')}
    >
      <div className="flex flex-col gap-10">
        <div className="flex flex-col gap-1">
          <h1 className="text-title">{t('title')}</h1>
          <p className="text-muted">{member?.email}</p>
        </div>
        <Section title={t('name')} text={t('nameText')}>
          <NameForm name={member?.name ?? ''} />
        </Section>
        <Section title={t('password')} text={t('passwordText')}>
          <PasswordForm email={member?.email ?? ''} />
        </Section>
        <Section title={t('sessions')} text={t('sessionsText')}>
          <SessionList />
        </Section>
      </div>
    </MemberGate>
  );
}
