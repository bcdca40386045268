import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Frame } from '@/components/auth/frame';
import { SignInForm } from '@/components/auth/sign-in-form';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: translator(asLocale((await params).locale))('auth.signIn') };
}

export default async function SignInPage({ params }: Props) {
  const t = translator(asLocale((await params).locale));
  return (
    <Frame title={t('auth.signInTitle')}>
      <Suspense>
        <SignInForm />
      </Suspense>
    </Frame>
  );
}
