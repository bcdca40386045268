'use client';

import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Link } from '@/i18n/link';
import { useSignUp } from '@/lib/queries/use-become';
import { atEmail } from './taken';
import { useNext } from './use-next';

const FIELDS = ['name', 'email', 'password'] as const;

export function SignUpForm() {
  const t = useTranslations('auth');
  const { next, query } = useNext('/');
  const signUp = useSignUp();
  const form = useForm({
    fields: FIELDS,
    submit: async (data) => {
      const name = String(data.get('name')).trim();
      await signUp
        .mutateAsync({
          email: String(data.get('email')),
          password: String(data.get('password')),
          ...(name ? { name } : {}),
        })
        .catch(atEmail(t('taken')));
      return next;
    },
  });
  return (
    <form {...form.props} className="flex flex-col gap-5">
      <TextField
        label={t('name')}
        name="name"
        autoComplete="name"
        optional={t('optional')}
        maxLength={200}
        error={form.errors.name}
      />
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
        hint={t('passwordHint')}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={128}
        error={form.errors.password}
      />
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      <Button type="submit" size="large" wide pending={form.pending}>
        {t('signUp')}
      </Button>
      <p className="text-center text-muted">
        {t('haveAccount')}{' '}
        <Link
          href={`/signin${query}`}
          className="font-semibold text-ink underline underline-offset-4"
        >
          {t('signIn')}
        </Link>
      </p>
    </form>
  );
}
