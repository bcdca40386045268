import type { Metadata } from 'next';
import { Suspense } from 'react';
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
    <div className="mx-auto flex max-w-md flex-col gap-8 px-4 pt-10 sm:pt-16">
      <h1 className="text-title">{t('auth.signInTitle')}</h1>
      <Suspense>
        <SignInForm />
      </Suspense>
    </div>
  );
}
