import { readFileSync } from 'node:fs';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Schemas = Record<string, Json>;
interface Document {
  openapi: string;
  paths: Record<string, Json>;
  components?: { schemas?: Schemas };
}

/**
 * One document out of the services' own, so that all of them share one client
 * and operations keep their plain names. A schema that two services describe
 * differently is prefixed with its service; equal ones are kept once.
 */
export function mergeDocuments(folder: string, names: string[]): Record<string, unknown> {
  const documents = names.map((name) => ({ name, document: read(folder, name) }));
  const clashing = clashes(documents.map(({ document }) => document));
  const paths: Record<string, Json> = {};
  const schemas: Schemas = {};
  for (const { name, document } of documents) {
    const own = prefixed(document, name, clashing);
    Object.assign(paths, own.paths);
    Object.assign(schemas, own.components?.schemas);
  }
  return {
    openapi: documents[0]?.document.openapi ?? '3.1.0',
    info: { title: 'ticketing', version: '1' },
    paths,
    components: { schemas },
  };
}

function read(folder: string, name: string): Document {
  return JSON.parse(readFileSync(`${folder}/${name}.openapi.json`, 'utf8')) as Document;
}

function clashes(documents: Document[]): Set<string> {
  const seen = new Map<string, string>();
  const clashing = new Set<string>();
  for (const document of documents) {
    for (const [name, schema] of Object.entries(document.components?.schemas ?? {})) {
      const text = JSON.stringify(schema);
      if (seen.has(name) && seen.get(name) !== text) clashing.add(name);
      seen.set(name, text);
    }
  }
  return clashing;
}

function prefixed(document: Document, service: string, clashing: Set<string>): Document {
  const prefix = service.charAt(0).toUpperCase() + service.slice(1);
  let text = JSON.stringify(document);
  for (const name of clashing) {
    text = text
      .replaceAll(`"#/components/schemas/${name}"`, `"#/components/schemas/${prefix}${name}"`)
      .replaceAll(`"${name}":{`, `"${prefix}${name}":{`);
  }
  return JSON.parse(text) as Document;
}
