'use client';

import { useTranslations } from 'use-intl';
import { Badge } from '@/components/ui/badge';
import { Stepper } from '@/components/ui/stepper';
import { useFormat } from '@/i18n/format';
import { ApiError } from '@/lib/http/problem';
import type { Offer } from './offer';

interface Props {
  offer: Offer;
  timezone: string;
  quantity: number;
  max: number;
  /** On its way to being held: nothing else can be chosen meanwhile. */
  pending: boolean;
  refusal: unknown;
  onChange: (quantity: number) => void;
}

export function OfferRow({ offer, timezone, quantity, max, pending, refusal, onChange }: Props) {
  const t = useTranslations('buy');
  return (
    <li className="flex flex-col gap-2 py-5">
      <div className="flex items-center justify-between gap-4">
        <div className="flex min-w-0 flex-col gap-1">
          <h3 className="text-subheading">{offer.title}</h3>
          <Price offer={offer} />
        </div>
        {offer.status === 'on_sale' ? (
          <Stepper
            value={quantity}
            max={max}
            disabled={pending}
            onChange={onChange}
            label={t('quantityOf', { title: offer.title })}
            fewer={t('fewer', { title: offer.title })}
            more={t('more', { title: offer.title })}
          />
        ) : (
          <Closed offer={offer} timezone={timezone} />
        )}
      </div>
      <Hints offer={offer} quantity={quantity} max={max} />
      <OwnRefusal id={offer.id} refusal={refusal} />
    </li>
  );
}

function Price({ offer: { price, fee, currency } }: { offer: Offer }) {
  const t = useTranslations('buy');
  const { money } = useFormat();
  if (price + fee === 0) return <p className="font-semibold">{t('free')}</p>;
  return (
    <p>
      <span className="font-semibold">{money(price + fee, currency)}</span>
      {fee > 0 ? (
        <span className="text-muted text-sm">
          {' '}
          {t('feeIncluded', { fee: money(fee, currency) })}
        </span>
      ) : null}
    </p>
  );
}

function Closed({ offer: { status, saleStartsAt }, timezone }: { offer: Offer; timezone: string }) {
  const t = useTranslations('buy');
  const { date } = useFormat();
  if (status === 'sold_out') return <Badge>{t('soldOut')}</Badge>;
  if (status === 'ended') return <Badge>{t('ended')}</Badge>;
  if (status === 'all_held') return <Badge tone="warn">{t('allHeld')}</Badge>;
  return (
    <Badge tone="info">
      {saleStartsAt ? t('onSaleAt', { when: date(saleStartsAt, timezone, 'dayTime') }) : t('soon')}
    </Badge>
  );
}

const FEW = 20;

function Hints({ offer, quantity, max }: { offer: Offer; quantity: number; max: number }) {
  const t = useTranslations('buy');
  const { status, available, limit } = offer;
  if (status !== 'on_sale') return null;
  const hints = [
    available <= FEW ? t('left', { count: available }) : null,
    quantity > 0 && quantity >= max && max === limit && limit < available
      ? t('limit', { count: limit })
      : null,
  ].filter((hint) => hint !== null);
  return hints.length > 0 ? <p className="text-muted text-sm">{hints.join(' · ')}</p> : null;
}

/** What the refusal of an order says of this ticket. */
function OwnRefusal({ id, refusal }: { id: string; refusal: unknown }) {
  const t = useTranslations('buy');
  if (!(refusal instanceof ApiError)) return null;
  const item = refusal.problem.items?.find(({ ticket_id }) => ticket_id === id);
  if (!item) return null;
  return (
    <p role="alert" className="font-medium text-bad text-sm">
      {refusal.code === 'over-limit'
        ? t('overLimitHere', { count: item.max ?? 0 })
        : t('onlyLeft', { count: item.available ?? 0 })}
    </p>
  );
}
