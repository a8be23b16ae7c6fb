import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** The page is static: `dist/web` can be served by any file server, and learns where it is from /config.json. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, '../dist/web'),
    emptyOutDir: true,
    // mqtt.js alone is 340 kB and ships minified; it is a chunk of its own, loaded after the first paint.
    // So is Swagger UI (1.8 MB), of the API's own page, and what writes Excel files (140 kB), for whoever wants one.
    chunkSizeWarningLimit: 1900,
    rolldownOptions: {
      input: {
        main: resolve(import.meta.dirname, 'index.html'),
        api: resolve(import.meta.dirname, 'api.html'),
      },
    },
  },
});
