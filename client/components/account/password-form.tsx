'use client';

import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { useChangePassword } from '@/lib/queries/use-account';

const FIELDS = ['old', 'new'] as const;

export function PasswordForm({ email }: { email: string }) {
  const t = useTranslations('account');
  const change = useChangePassword();
  const form = useForm({
    fields: FIELDS,
    submit: async (data) => {
      await change.mutateAsync({ old: String(data.get('old')), new: String(data.get('new')) });
      form.props.ref.current?.reset(); // in its place: the button keeps the focus
    },
  });
  return (
    <form {...form.props} className="flex max-w-md flex-col gap-4 md:col-span-2">
      {/* Tells password managers whose password this is. */}
      <input hidden name="username" autoComplete="username" value={email} readOnly />
      <TextField
        label={t('old')}
        name="old"
        type="password"
        autoComplete="current-password"
        required
        error={form.errors.old}
      />
      <TextField
        label={t('new')}
        hint={t('newHint')}
        name="new"
        type="password"
        autoComplete="new-password"
        required
        minLength={8}
        maxLength={128}
        error={form.errors.new}
      />
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      {change.isSuccess && !form.pending ? (
        <Notice tone="good" live>
          {t('passwordSaved')}
        </Notice>
      ) : null}
      <Button type="submit" className="self-start" pending={form.pending}>
        {t('savePassword')}
      </Button>
    </form>
  );
}
