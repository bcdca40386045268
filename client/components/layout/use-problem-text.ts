'use client';

import { useCallback } from 'react';
import { useTranslations } from 'use-intl';
import { ApiError, codeOf, sentence } from '@/lib/http/problem';
import type site from '@/messages/en/site.json';

type Known = keyof (typeof site)['problems'];

/** The sentence for what went wrong: ours for a code we know, else the service's own words. */
export function useProblemText(): (error: unknown) => string {
  const t = useTranslations('problems');
  return useCallback(
    (error: unknown) => {
      const code = codeOf(error) as Known;
      const told = error instanceof ApiError ? error : null;
      if (t.has(code)) return t(code, { seconds: Math.ceil(told?.retryAfter ?? 60) });
      if (told && told.status >= 500) return t('failed');
      return told?.problem.detail ? sentence(told.problem.detail) : t('unexpected');
    },
    [t],
  );
}
