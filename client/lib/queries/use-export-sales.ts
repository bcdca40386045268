import { useMutation } from '@tanstack/react-query';
import { listSales } from '../api/sdk.gen';
import type { SalesFilter } from './types';

/** All orders of a filter as a file for spreadsheets. */
export function useExportSales() {
  return useMutation({
    mutationFn: async (filter: SalesFilter): Promise<Blob> => {
      const { data } = await listSales({
        query: filter,
        headers: { Accept: 'text/csv' },
        parseAs: 'blob',
        throwOnError: true,
      });
      return data as unknown as Blob; // the document knows the answer as JSON
    },
  });
}
