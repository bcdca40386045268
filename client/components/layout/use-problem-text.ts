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
      const code = codeOf(error);
      if (isTooMany(error)) return t('too-many', { seconds: Math.ceil(error.retryAfter ?? 60) });
      if (code !== 'invalid' && isKnown(t.has, code)) return t(code, { seconds: 0 });
      const detail = error instanceof ApiError ? error.problem.detail : undefined;
      return detail ? sentence(detail) : t('unexpected');
    },
    [t],
  );
}

const isTooMany = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'too-many';

function isKnown(has: (key: Known) => boolean, code: string): code is Known {
  return has(code as Known);
}
