import "@testing-library/jest-dom/vitest";
import { beforeEach, vi } from "vitest";

// jsdom has no layout; the list falls back to its usual heights.
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

beforeEach(() => {
  vi.useRealTimers();
});
