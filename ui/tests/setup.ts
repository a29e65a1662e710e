import "@testing-library/jest-dom/vitest";
import { beforeEach, vi } from "vitest";

// jsdom has no layout; the list falls back to its usual heights.
globalThis.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

// axe asks for one to find pictures made of letters; there are none, and jsdom complains of the question.
if ("HTMLCanvasElement" in globalThis) HTMLCanvasElement.prototype.getContext = () => null;

beforeEach(() => {
  vi.useRealTimers();
});
