'use client';

import { useCallback } from 'react';
import { useTranslations } from 'use-intl';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const KINDS = [
  'valueMissing',
  'typeMismatch',
  'tooShort',
  'tooLong',
  'rangeUnderflow',
  'rangeOverflow',
  'patternMismatch',
  'badInput',
  'stepMismatch',
] as const;

/** What the browser finds wrong with the fields of a form, in our words. */
export function useComplaints() {
  const t = useTranslations('validity');
  return useCallback(
    <Field extends string>(form: HTMLFormElement, fields: readonly Field[]) => {
      const complaints: Partial<Record<Field, string>> = {};
      for (const name of fields) {
        const control = form.elements.namedItem(name);
        if (!isControl(control) || control.validity.valid) continue;
        const kind = KINDS.find((candidate) => control.validity[candidate]);
        complaints[name] = t(kind ?? 'badInput', limits(control));
      }
      return complaints;
    },
    [t],
  );
}

const isControl = (value: unknown): value is Control =>
  value instanceof HTMLInputElement ||
  value instanceof HTMLSelectElement ||
  value instanceof HTMLTextAreaElement;

const limits = (control: Control) => ({
  min: control.getAttribute('min') ?? '',
  max: control.getAttribute('max') ?? '',
  minLength: control.getAttribute('minlength') ?? '',
  maxLength: control.getAttribute('maxlength') ?? '',
});
