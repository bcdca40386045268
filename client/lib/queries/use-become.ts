import { useMutation, useQueryClient } from '@tanstack/react-query';
import { currentUser, signIn, signOut, signUp, visitAsGuest } from '../api/sdk.gen';
import { exclusively, once } from '../http/once';
import type { SignIn, SignUp, User } from './types';
import { isAboutWhoIsHere, tellWhoIsHere } from './who-left';

type Become<Input> = (input: Input) => Promise<User | null>;

/** Changes who is here; what may look different to them is asked again. */
function useBecome<Input>(become: Become<Input>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: become,
    onSuccess: (user) => {
      tellWhoIsHere(queries, user);
      // Not waited for, and not twice, where somebody else's things have been forgotten (who-left.ts).
      void queries.invalidateQueries(
        { predicate: (query) => !isAboutWhoIsHere(query) },
        { cancelRefetch: false },
      );
    },
  });
}

export const useSignIn = () =>
  useBecome<SignIn>(async (body) => (await signIn({ body, throwOnError: true })).data);

export const useSignUp = () =>
  useBecome<SignUp>(async (body) => (await signUp({ body, throwOnError: true })).data);

export const useSignOut = () =>
  useBecome<void>(async () => {
    await signOut({ throwOnError: true });
    return null;
  });

/** Somebody to order for: whoever is here already, else a guest made now, and only one. */
export function useSomebody() {
  const queries = useQueryClient();
  return (): Promise<User> =>
    once('somebody', () =>
      exclusively('somebody', async () => {
        const { data } = await currentUser({ throwOnError: true });
        const here = data.current_user ?? (await visitAsGuest({ throwOnError: true })).data;
        tellWhoIsHere(queries, here);
        return here;
      }),
    );
}
