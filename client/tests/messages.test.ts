import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import compile from 'icu-minify/compile';
import { locales } from '../i18n/locales.ts';

type Catalogue = { [key: string]: string | Catalogue };

const CATALOGUES = ['site', 'purchase', 'member'];

const read = (locale: string, name: string) =>
  JSON.parse(
    readFileSync(new URL(`../messages/${locale}/${name}.json`, import.meta.url), 'utf8'),
  ) as Catalogue;

function flat(catalogue: Catalogue, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(catalogue)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const entry of flat(value, `${prefix}${key}.`)) found.set(...entry);
  }
  return found;
}

type Compiled = ReturnType<typeof compile>;

/** The names of the values a message takes. */
function values(message: string): string[] {
  const names = new Set<string>();
  const walk = (parts: Compiled) => {
    if (!Array.isArray(parts)) return;
    for (const part of parts) {
      if (!Array.isArray(part)) continue;
      const [name, , options] = part;
      names.add(String(name));
      if (options && typeof options === 'object') Object.values(options).forEach(walk);
    }
  };
  walk(compile(message));
  return [...names].sort();
}

for (const name of CATALOGUES) {
  const english = flat(read('en', name));
  for (const locale of locales) {
    const catalogue = flat(read(locale, name));

    test(`${locale}/${name} says everything`, () => {
      assert.deepEqual([...catalogue.keys()], [...english.keys()]);
      assert.deepEqual(
        [...catalogue].filter(([, text]) => !text.trim()),
        [],
      );
    });

    test(`${locale}/${name} takes the values that English takes`, () => {
      for (const [key, text] of catalogue) {
        assert.deepEqual(values(text), values(english.get(key) ?? ''), key);
      }
    });

    test(`${locale}/${name} can be read`, () => {
      for (const [key, text] of catalogue) assert.doesNotThrow(() => compile(text), key);
    });
  }
}
