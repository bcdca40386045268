const BROWSERS = [
  ['Edg/', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const;

const SYSTEMS = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const;

type Names = readonly (readonly [mark: string, name: string])[];

const found = (names: Names, agent: string) => names.find(([mark]) => agent.includes(mark))?.[1];

/** A User-Agent as a person knows it; null where it names no browser. */
export function deviceOf(agent: string): { browser: string; system: string } | null {
  const browser = found(BROWSERS, agent);
  const system = found(SYSTEMS, agent);
  return browser && system ? { browser, system } : null;
}
