import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { defineConfig } from "vitest/config";

// `--mode mock` builds the window on a host that is only a script, to look at it in a plain browser. No other mode
// carries that script; tests/bundle.test.ts holds us to it.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    outDir: "dist",
    target: ["es2022", "safari16", "chrome111"],
    // The content security policy has no place for inline pieces.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: "jsdom",
    include: ["tests/**/*.test.ts"],
    setupFiles: ["tests/setup.ts"],
    env: { TZ: "UTC" },
  },
});
