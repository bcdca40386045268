import type { Metadata } from 'next';
import { AccountView } from '@/components/account/account-view';
import { asLocale } from '@/i18n/locales';
import { MemberMessages } from '@/i18n/member-messages';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const t = translator(asLocale((await params).locale));
  return { title: t('titles.account'), robots: { index: false } };
}

export default function AccountPage() {
  return (
    <MemberMessages>
      <div className="mx-auto max-w-5xl px-4 pt-8 sm:px-6 sm:pt-12">
        <AccountView />
      </div>
    </MemberMessages>
  );
}
