import type { Metadata } from 'next';
import { Suspense } from 'react';
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
    <div className="mx-auto flex max-w-md flex-col gap-8 px-4 pt-10 sm:pt-16">
      <h1 className="text-title">{t('auth.signUpTitle')}</h1>
      <Suspense>
        <SignUpForm />
      </Suspense>
    </div>
  );
}
