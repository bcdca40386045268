import { ApiError, isCode } from '@/lib/http/problem';

/** Says at the field of the address that somebody has signed up with it; all else is as it was. */
export const atEmail = (taken: string) => (error: unknown) => {
  if (!isCode(error, 'email-taken')) throw error;
  throw new ApiError(409, { errors: [{ field: 'email', message: taken }] });
};
