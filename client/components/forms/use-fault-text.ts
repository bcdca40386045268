'use client';

import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import { type FieldFault, sentence } from '@/lib/http/problem';
import type site from '@/messages/en/site.json';

type Known = keyof (typeof site)['faults'];

const VALUES = { min: '', max: '', step: '', currency: '' };

/** What is wrong with a field: in our words for a code we know, else in the service's. */
export function useFaultText(): (fault: FieldFault) => string {
  const t = useTranslations('faults');
  return useCallback(
    ({ code, message, values }: FieldFault) =>
      t.has(code as Known) ? t(code as Known, { ...VALUES, ...values }) : sentence(message),
    [t],
  );
}
