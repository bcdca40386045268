// Reads manifests as JSON from standard input and prints what is wrong with them.
// Values are checked by each model's own validator, which lets unknown fields pass; those
// the TypeScript compiler finds, as excess properties of the model's interface.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const MODELS = {
  'cert-manager.io': 'cert-manager',
  'external-secrets.io': 'external-secrets',
  'gateway.networking.k8s.io': 'gateway-api',
  'keda.sh': 'keda',
  'monitoring.coreos.com': 'prometheus-operator',
};
const SOURCE = `${import.meta.dirname}/manifests.ts`;

const manifests = JSON.parse(readFileSync(0, 'utf8'));

function moduleOf({ apiVersion, kind }) {
  return `@kubernetes-models/${MODELS[apiVersion.split('/')[0]]}/${apiVersion}/${kind}`;
}

async function wrongValues(manifest) {
  const { [manifest.kind]: Model } = await import(moduleOf(manifest));
  try {
    new Model(manifest).validate();
    return [];
  } catch (error) {
    return [`${manifest.kind}/${manifest.metadata.name}: ${error.message}`];
  }
}

function unknownFields() {
  const imports = new Set(manifests.map((m) =>
    `import type { I${m.kind} } from '${moduleOf(m)}';\n`));
  const values = manifests.map((m, index) =>
    `export const m${index}: I${m.kind} = ${JSON.stringify(m)};\n`);
  const text = [...imports, ...values].join('');
  const options = {
    module: ts.ModuleKind.NodeNext, target: ts.ScriptTarget.ES2022, strict: true,
    noEmit: true, skipLibCheck: true, types: [],
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (name) => (name === SOURCE ? text : readFile(name));
  host.fileExists = (name) => name === SOURCE || fileExists(name);
  const program = ts.createProgram([SOURCE], options, host);
  return ts.getPreEmitDiagnostics(program).map((found) => {
    const { line } = found.file.getLineAndCharacterOfPosition(found.start);
    const { kind, metadata } = manifests[line - imports.size];
    return `${kind}/${metadata.name}: ${ts.flattenDiagnosticMessageText(found.messageText, ' ')}`;
  });
}

const found = [...(await Promise.all(manifests.map(wrongValues))).flat(), ...unknownFields()];
console.log(JSON.stringify(found));
