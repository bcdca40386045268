'use client';

import { useTranslations } from 'use-intl';
import { useForm } from '@/components/forms/use-form';
import { Button } from '@/components/ui/button';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { useRename } from '@/lib/queries/use-account';

const FIELDS = ['name'] as const;

export function NameForm({ name }: { name: string }) {
  const t = useTranslations('account');
  const rename = useRename();
  const form = useForm({
    fields: FIELDS,
    submit: (data) => rename.mutateAsync(String(data.get('name')).trim() || null),
  });
  return (
    <form {...form.props} className="flex max-w-md flex-col gap-4 md:col-span-2">
      <TextField
        label={t('name')}
        name="name"
        autoComplete="name"
        maxLength={200}
        defaultValue={name}
        error={form.errors.name}
      />
      {form.problem ? (
        <Notice tone="bad" live>
          {form.problem}
        </Notice>
      ) : null}
      {rename.isSuccess && !form.pending ? (
        <Notice tone="good" live>
          {t('nameSaved')}
        </Notice>
      ) : null}
      <Button type="submit" className="self-start" pending={form.pending}>
        {t('saveName')}
      </Button>
    </form>
  );
}
