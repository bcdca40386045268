/** Nothing came for too long. */
export class Silence extends Error {}

export type Send = (request: Request, signal: AbortSignal) => Promise<Response>;

/**
 * Sends a request and reads its answer to the end, which may break off as well.
 * Throws `Silence` once nothing has come for so many milliseconds.
 */
export async function whole(send: Send, request: Request, limit: number): Promise<Response> {
  const end = new AbortController();
  const leave = () => end.abort(request.signal.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(timer);
    timer = setTimeout(() => end.abort(new Silence()), limit);
  };
  request.signal.throwIfAborted();
  request.signal.addEventListener('abort', leave);
  try {
    listen();
    const response = await send(request, end.signal);
    const copy = response.clone().body?.getReader();
    while (copy && !(await copy.read()).done) listen();
    return response;
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', leave);
  }
}
