/** A path of this site, or the fallback: an address given in a link may lead anywhere. */
export function ownPath(path: string | null, fallback: string): string {
  if (!path?.startsWith('/')) return fallback;
  const url = new URL(path, 'http://here.invalid');
  return url.host === 'here.invalid' ? `${url.pathname}${url.search}` : fallback;
}
