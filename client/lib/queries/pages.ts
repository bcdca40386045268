interface Page {
  next?: string | null;
}

interface Asked {
  cursor?: string;
  signal: AbortSignal;
}

/** A list asked for page by page, each page naming the next. */
export const pages = <Found extends Page>(ask: (asked: Asked) => Promise<{ data: Found }>) => ({
  queryFn: async ({ pageParam, signal }: { pageParam: string | null; signal: AbortSignal }) => {
    const { data } = await ask({ ...(pageParam ? { cursor: pageParam } : {}), signal });
    return data;
  },
  initialPageParam: null as string | null,
  getNextPageParam: (page: Found) => page.next,
});
