import type { Metadata } from 'next';
import { Suspense } from 'react';
import { Frame } from '@/components/auth/frame';
import { SignUpForm } from '@/components/auth/sign-up-form';
import { asLocale } from '@/i18n/locales';
import { translator } from '@/i18n/server';

interface Props {
  params: Promise<{ locale: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: translator(asLocale((await params).locale))('auth.signUp') };
}

export default async function SignUpPage({ params }: Props) {
  const t = translator(asLocale((await params).locale));
  return (
    <Frame title={t('auth.signUpTitle')}>
      <Suspense>
        <SignUpForm />
      </Suspense>
    </Frame>
  );
}
