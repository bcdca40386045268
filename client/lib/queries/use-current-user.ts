import { useQuery } from '@tanstack/react-query';
import { currentUserOptions } from '../api/@tanstack/react-query.gen';
import type { User } from './types';

export interface Visitor {
  user: User | null;
  /** Signed in with an account; a guest is known, too, but has none. */
  member: User | null;
  known: boolean;
}

/** Who is here. */
export function useCurrentUser(): Visitor {
  const { data, isError } = useQuery({
    ...currentUserOptions(),
    staleTime: 60_000,
    refetchOnWindowFocus: 'always', // another tab may have let somebody else in
  });
  const user = data?.current_user ?? null;
  return {
    user,
    member: user?.kind === 'member' ? user : null,
    known: data !== undefined || isError,
  };
}
