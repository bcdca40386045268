'use client';

import { useEffect, useState } from 'react';
import { useCurrentUser } from '@/lib/queries/use-current-user';
import { forgetDraft, keepDraft, keptDraft } from '@/lib/sell/kept-draft';

/**
 * What is typed into a seller's form. It is kept until it is saved, for the same person and the
 * same version of what it changes: the end of a session takes nothing away. `of` is null once
 * a part of it is saved, of which the whole would make a second one.
 */
export function useDraft<Draft>(of: string | null, start: () => Draft) {
  const { member } = useCurrentUser();
  const [by] = useState(member?.id ?? '');
  const [kept] = useState(() => (of === null ? null : keptDraft<Draft>({ by, of })));
  const [untouched, setUntouched] = useState(() => kept ?? start());
  const [draft, setDraft] = useState(untouched);
  useEffect(() => {
    if (of === null) forgetDraft();
    else if (draft !== untouched) keepDraft({ by, of }, draft);
  }, [by, of, draft, untouched]);
  const startOver = () => {
    const empty = start();
    setUntouched(empty);
    setDraft(empty);
    forgetDraft();
  };
  return { draft, setDraft, isBack: of !== null && untouched === kept, startOver };
}
