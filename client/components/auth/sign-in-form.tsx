'use client';

import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Link } from '@/i18n/link';
import { isCode } from '@/lib/http/problem';
import { useSignIn } from '@/lib/queries/use-become';
import { useNext } from './use-next';

const FIELDS = ['email', 'password'] as const;

export function SignInForm() {
  const t = useTranslations('auth');
  const { next, query } = useNext('/');
  const signIn = useSignIn();
  const form = useForm({
    fields: FIELDS,
    submit: async (data) => {
      await signIn.mutateAsync({
        email: String(data.get('email')),
        password: String(data.get('password')),
      });
      return next;
    },
  });
  return (
    <form {...form.props} className="flex flex-col gap-5">
      <TextField
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        required
        error={form.errors.email}
      />
      <TextField
        label={t('password')}
        name="password"
        type="password"
        autoComplete="current-password"
        required
        error={form.errors.password}
      />
      {form.problem ? (
        <Notice tone="bad" live>
          {isCode(signIn.error, 'signed-out') ? t('wrong') : form.problem}
        </Notice>
      ) : null}
      <Button type="submit" size="large" wide pending={form.pending}>
        {t('signIn')}
      </Button>
      <p className="text-center text-muted">
        {t('noAccount')}{' '}
        <Link
          href={`/signup${query}`}
          className="font-semibold text-ink underline underline-offset-4"
        >
          {t('signUp')}
        </Link>
      </p>
    </form>
  );
}
