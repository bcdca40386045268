import { useQuery } from '@tanstack/react-query';
import { getPaymentsConfigOptions } from '../api/@tanstack/react-query.gen';

/** Which provider takes the money, and whether it is real. */
export const usePaymentConfig = () =>
  useQuery({ ...getPaymentsConfigOptions(), staleTime: Number.POSITIVE_INFINITY });
