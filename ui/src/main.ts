import { mount } from "svelte";
import App from "./App.svelte";
import { client } from "./api/client";
import type { Host } from "./api/host";

const target = document.getElementById("app");
if (!target) throw new Error("BUG: index.html has no #app");

/** The comparison is decided when building, so only a build with `--mode mock` carries the mock. */
async function host(): Promise<Host> {
  if (import.meta.env.MODE === "mock") return (await import("./mock/host")).mockHost(location.search);
  return client;
}

mount(App, { target, props: { host: await host() } });
