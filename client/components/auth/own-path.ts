const HERE = 'http://here.invalid';
/** Two slashes, however they are written, begin the name of another host. */
const ELSEWHERE = /^\/[/\\]/;

/** A path of this site, or the fallback: an address given in a link may lead anywhere. */
export function ownPath(path: string | null, fallback: string): string {
  const url = path?.startsWith('/') ? resolved(path) : null;
  // Resolving takes dots away: what began with one slash may begin with two now.
  if (url?.origin !== HERE || ELSEWHERE.test(url.pathname)) return fallback;
  return `${url.pathname}${url.search}`;
}

function resolved(path: string): URL | null {
  try {
    return new URL(path, HERE);
  } catch {
    return null; // `//` alone names no host
  }
}
