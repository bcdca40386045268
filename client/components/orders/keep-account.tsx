'use client';

import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { atEmail } from '@/components/auth/taken';
import { useForm } from '@/components/forms/use-form';
import { Button, buttonStyle } from '@/components/ui/button';
import { Card } from '@/components/ui/card';
import { TextField } from '@/components/ui/field';
import { Notice } from '@/components/ui/notice';
import { Link } from '@/i18n/link';
import { isCode } from '@/lib/http/problem';
import type { Order } from '@/lib/queries/types';
import { useSignUp } from '@/lib/queries/use-become';
import { useCurrentUser } from '@/lib/queries/use-current-user';

const FIELDS = ['email', 'password'] as const;

/** After a guest's purchase: an account for one field more. The orders stay with it. */
export function KeepAccount({ order }: { order: Order }) {
  const { user } = useCurrentUser();
  const [kept, setKept] = useState(false);
  if (kept) return <Kept />;
  return user?.kind === 'guest' ? <KeepForm order={order} onKept={() => setKept(true)} /> : null;
}

/** In the place of the form, whose focus it takes. */
function Kept() {
  const t = useTranslations('keep');
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.focus(), []);
  return (
    <div ref={ref} tabIndex={-1} className="outline-none" data-print="no">
      <Notice tone="good" live title={t('done')}>
        {t('doneText')}
      </Notice>
    </div>
  );
}

function KeepForm({ order, onKept }: { order: Order; onKept: () => void }) {
  const t = useTranslations('keep');
  const auth = useTranslations('auth');
  const signUp = useSignUp();
  const { contact } = order;
  const form = useForm({
    fields: FIELDS,
    submit: (data) =>
      signUp
        .mutateAsync({
          email: String(data.get('email') ?? ''),
          password: String(data.get('password') ?? ''),
          ...(contact ? { name: contact.name } : {}),
        })
        .then(onKept, atEmail(auth('taken'))),
  });
  return (
    <Card data-print="no">
      <form {...form.props} className="flex flex-col gap-4">
        <h2 className="text-heading">{t('title')}</h2>
        <p className="text-muted">{t('text')}</p>
        {contact && !form.errors.email ? (
          <input type="hidden" name="email" value={contact.email} />
        ) : (
          <TextField
            label={t('email')}
            name="email"
            type="email"
            autoComplete="email"
            required
            defaultValue={contact?.email ?? ''}
            error={form.errors.email}
          />
        )}
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
        <div className="flex flex-wrap gap-3">
          <Button type="submit" pending={form.pending}>
            {t('do')}
          </Button>
          {isCode(signUp.error, 'email-taken') ? (
            <Link
              href={`/signin?next=/orders/${order.id}`}
              className={buttonStyle({ look: 'quiet' })}
            >
              {auth('signIn')}
            </Link>
          ) : null}
        </div>
      </form>
    </Card>
  );
}
