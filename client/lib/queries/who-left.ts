import type { Query, QueryClient } from '@tanstack/react-query';
import { currentUserQueryKey } from '../api/@tanstack/react-query.gen';
import type { CurrentUserResponse } from '../api/types.gen';
import { isCode } from '../http/problem';
import { forgetDraftOfOthers } from '../sell/kept-draft';
import { forgetTyped } from '../typed-contact';
import type { User } from './types';

const WHO = JSON.stringify(currentUserQueryKey());

export const isAboutWhoIsHere = ({ queryKey }: Query): boolean => JSON.stringify(queryKey) === WHO;

/** An answer from before, still under way, does not undo it. */
export function tellWhoIsHere(queries: QueryClient, user: User | null): void {
  const queryKey = currentUserQueryKey();
  void queries.cancelQueries({ queryKey });
  queries.setQueryData<CurrentUserResponse>(queryKey, { current_user: user });
}

/**
 * The next person at a device sees nothing of the one before, however the page
 * learns that somebody else is here. A guest with an account stays the same person.
 */
export function forgetWhoLeft(queries: QueryClient): void {
  let here: string | undefined;
  queries.getQueryCache().subscribe(({ query }) => {
    const told = query.state.data as CurrentUserResponse | undefined;
    if (!told || !isAboutWhoIsHere(query)) return;
    const before = here;
    here = told.current_user?.id;
    if (here === before) return;
    if (here) forgetDraftOfOthers(here); // to nobody: whose session ended may sign in again
    if (before !== undefined) forgetAll(queries);
  });
}

/** Refused as nobody where somebody was thought to be: that is asked, once for all who are refused. */
export function doubtWhoIsHere(queries: QueryClient, refusal: Error): void {
  const thought = queries.getQueryData<CurrentUserResponse>(currentUserQueryKey());
  if (!thought?.current_user || !isCode(refusal, 'signed-out')) return;
  void queries.invalidateQueries({ predicate: isAboutWhoIsHere }, { cancelRefetch: false });
}

function forgetAll(queries: QueryClient): void {
  const predicate = (query: Query) => !isAboutWhoIsHere(query);
  forgetTyped();
  queries.removeQueries({ type: 'inactive', predicate });
  void queries.resetQueries({ predicate }); // what a page shows now is asked again
}
