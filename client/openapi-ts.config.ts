import { defineConfig } from '@hey-api/openapi-ts';
import { mergeDocuments } from './scripts/merge-openapi.ts';

// Where the services' OpenAPI documents lie; one client comes out of all of them.
const folder = process.env.OPENAPI_DOCUMENTS ?? '../docs/api';

export default defineConfig({
  input: mergeDocuments(folder, ['users', 'tickets', 'orders', 'payments']),
  output: { path: 'lib/api', clean: true },
  plugins: [
    '@hey-api/typescript',
    '@hey-api/sdk',
    { name: '@hey-api/client-fetch', runtimeConfigPath: './lib/http/configure.ts' },
    '@tanstack/react-query',
  ],
});
