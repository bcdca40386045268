import { useQuery } from '@tanstack/react-query';
import { getPaymentsConfigOptions } from '../api/@tanstack/react-query.gen';
import type { PaymentConfig } from './types';

/** Which provider takes the money, and whether it is real. */
export const usePaymentConfig = (initial?: PaymentConfig | null) =>
  useQuery({
    ...getPaymentsConfigOptions(),
    staleTime: Number.POSITIVE_INFINITY,
    ...(initial ? { initialData: initial } : {}),
  });
