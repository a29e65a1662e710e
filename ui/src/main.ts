import { mount } from "svelte";
import App from "./App.svelte";
import { client } from "./api/client";

const target = document.getElementById("app");
if (!target) throw new Error("BUG: index.html has no #app");

/** The comparison is decided when building, so only a build with `--mode mock` carries the mock. */
async function props() {
  if (import.meta.env.MODE !== "mock") return { host: client };
  const { mockHost, mockPage } = await import("./mock/host");
  return { host: mockHost(location.search), start: mockPage(location.search) };
}

mount(App, { target, props: await props() });
