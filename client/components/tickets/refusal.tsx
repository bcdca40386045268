'use client';

import { useTranslations } from 'use-intl';
import { useFaultText } from '@/components/forms/use-fault-text';
import { useProblemText } from '@/components/layout/use-problem-text';
import { buttonStyle } from '@/components/ui/button';
import { Notice } from '@/components/ui/notice';
import { Link } from '@/i18n/link';
import { ApiError, fieldErrors, isCode } from '@/lib/http/problem';
import type { Offer } from './offer';

interface Props {
  error: unknown;
  offers: Offer[];
  eventId: string | null;
}

/** Why tickets could not be held, and what to do instead: never a dead end. */
export function Refusal({ error, offers, eventId }: Props) {
  const t = useTranslations('buy');
  const text = useProblemText();
  const fault = useFaultText();
  if (!error) return null;
  const gone = isCode(error, 'sold-out', 'all-held');
  const { others } = fieldErrors(error, [], fault);
  return (
    <Notice tone={gone ? 'warn' : 'bad'} live action={<WaysOn error={error} />}>
      <p>{text(error)}</p>
      {others.map((other) => (
        <p key={other}>{other}</p>
      ))}
      {gone ? (
        <p>{hasAlternatives(error, offers) ? t('tryOthers') : eventId ? t('tryEvents') : null}</p>
      ) : null}
    </Notice>
  );
}

function hasAlternatives(error: unknown, offers: Offer[]): boolean {
  const failing = error instanceof ApiError ? (error.problem.items ?? []) : [];
  return offers.some(
    ({ id, status }) => status === 'on_sale' && !failing.some(({ ticket_id }) => ticket_id === id),
  );
}

function WaysOn({ error }: { error: unknown }) {
  const t = useTranslations('buy');
  const style = buttonStyle({ look: 'quiet', size: 'small' });
  if (isCode(error, 'too-many-holds', 'over-limit')) {
    return (
      <Link href="/orders" className={style}>
        {t('seeOrders')}
      </Link>
    );
  }
  if (isCode(error, 'sold-out', 'all-held', 'not-on-sale')) {
    return (
      <Link href="/search" className={style}>
        {t('otherEvents')}
      </Link>
    );
  }
  return null;
}
