export interface Option {
  value: string;
  name: string;
}

/** ISO 3166 alpha-2; the names come from the browser, in the language of the page. */
const COUNTRIES =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW';

const byName = (one: Option, other: Option) => one.name.localeCompare(other.name);

export function countryOptions(locale: string): Option[] {
  const names = new Intl.DisplayNames(locale, { type: 'region' });
  return (COUNTRIES.match(/../g) ?? [])
    .map((value) => ({ value, name: names.of(value) ?? value }))
    .sort(byName);
}

const USUAL = ['usd', 'eur', 'gbp', 'chf', 'jpy', 'cad', 'aud', 'sek', 'dkk', 'nok', 'pln', 'czk'];

/** The usual currencies first, then all that the browser knows. */
export function currencyOptions(locale: string): Option[] {
  const names = new Intl.DisplayNames(locale, { type: 'currency' });
  const option = (value: string) => ({
    value,
    name: `${value.toUpperCase()} · ${names.of(value.toUpperCase()) ?? ''}`,
  });
  const others = Intl.supportedValuesOf('currency')
    .map((code) => code.toLowerCase())
    .filter((code) => !USUAL.includes(code));
  return [...USUAL.map(option), ...others.map(option)];
}

/** Every time zone, and the one chosen, should the browser not list it. */
export function zoneOptions(chosen: string): string[] {
  const zones = Intl.supportedValuesOf('timeZone');
  return zones.includes(chosen) ? zones : [chosen, ...zones];
}
