import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { listSessionsOptions, listSessionsQueryKey } from '../api/@tanstack/react-query.gen';
import { changePassword, endOtherSessions, endSession, renameCurrentUser } from '../api/sdk.gen';
import type { ChangePasswordData } from '../api/types.gen';
import { tellWhoIsHere } from './who-left';

/** Changes one's own name. */
export function useRename() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (name: string | null) => {
      const { data } = await renameCurrentUser({ body: { name }, throwOnError: true });
      return data;
    },
    onSuccess: (user) => tellWhoIsHere(queries, user),
  });
}

/** Changes one's own password. */
export function useChangePassword() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: ChangePasswordData['body']) => {
      await changePassword({ body, throwOnError: true });
    },
    onSuccess: () => void queries.invalidateQueries({ queryKey: listSessionsQueryKey() }),
  });
}

/** Where one is signed in. */
export const useSessions = () => useQuery(listSessionsOptions());

/** Signs out one session, or with `null` all but this one. */
export function useEndSession() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (id: string | null) => {
      if (id === null) await endOtherSessions({ throwOnError: true });
      else await endSession({ path: { session_id: id }, throwOnError: true });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: listSessionsQueryKey() }),
  });
}
