'use client';

import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { TextField } from '@/components/ui/field';
import type { TicketDraft } from '@/lib/sell/ticket-draft';

export const TICKET_FIELDS = [
  'title',
  'price',
  'quantity',
  'max_per_buyer',
  'sale_starts_at',
  'sale_ends_at',
] as const;

interface Props {
  draft: TicketDraft;
  /** Before the name of each field, where a form has several tickets. */
  prefix?: string;
  currency: string;
  errors: Partial<Record<string, string>>;
  onChange: (draft: TicketDraft) => void;
}

export function TicketFields(props: Props) {
  const t = useTranslations('editor');
  const { draft, prefix = '', currency, errors, onChange } = props;
  return (
    <>
      <div className="grid gap-5 sm:grid-cols-[2fr_1fr_1fr]">
        <TextField
          label={t('title')}
          placeholder={t('titleExample')}
          name={`${prefix}title`}
          required
          maxLength={200}
          value={draft.title}
          onChange={({ target }) => onChange({ ...draft, title: target.value })}
          error={errors[`${prefix}title`]}
        />
        <TextField
          label={t('price', { currency: currency.toUpperCase() })}
          name={`${prefix}price`}
          inputMode="decimal"
          required
          value={draft.price}
          onChange={({ target }) => onChange({ ...draft, price: target.value })}
          error={errors[`${prefix}price`]}
        />
        <TextField
          label={t('quantity')}
          name={`${prefix}quantity`}
          type="number"
          required
          min={1}
          max={1_000_000}
          value={draft.quantity}
          onChange={({ target }) => onChange({ ...draft, quantity: target.value })}
          error={errors[`${prefix}quantity`]}
        />
      </div>
      <SaleFields {...props} />
    </>
  );
}

const SALE_FIELDS = ['max_per_buyer', 'sale_starts_at', 'sale_ends_at'] as const;

/** What most sellers leave as it is; open from the start where it is set, and where it is wrong. */
function SaleFields({ draft, prefix = '', errors, onChange }: Props) {
  const t = useTranslations('editor');
  const wrong = SALE_FIELDS.some((field) => errors[`${prefix}${field}`]);
  // A date half typed is none to the browser: that must not close what has the focus in it.
  const [open, setOpen] = useState(Boolean(draft.saleStartsAt || draft.saleEndsAt));
  return (
    <details open={wrong || open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className="font-medium text-sm underline underline-offset-4">
        {t('saleOptions')}
      </summary>
      <div className="mt-4 grid gap-5 sm:grid-cols-3">
        <TextField
          label={t('limit')}
          name={`${prefix}max_per_buyer`}
          type="number"
          required
          min={1}
          max={1_000_000}
          value={draft.limit}
          onChange={({ target }) => onChange({ ...draft, limit: target.value })}
          error={errors[`${prefix}max_per_buyer`]}
        />
        <TextField
          label={t('saleStarts')}
          optional={t('optional')}
          name={`${prefix}sale_starts_at`}
          type="datetime-local"
          value={draft.saleStartsAt}
          onChange={({ target }) => onChange({ ...draft, saleStartsAt: target.value })}
          error={errors[`${prefix}sale_starts_at`]}
        />
        <TextField
          label={t('saleEnds')}
          optional={t('optional')}
          name={`${prefix}sale_ends_at`}
          type="datetime-local"
          value={draft.saleEndsAt}
          onChange={({ target }) => onChange({ ...draft, saleEndsAt: target.value })}
          error={errors[`${prefix}sale_ends_at`]}
        />
      </div>
    </details>
  );
}
