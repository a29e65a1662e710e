// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { build } from "vite";
import { expect, test } from "vitest";

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((name) => /\.(ts|svelte|css)$/.test(name))
  .map((name) => [name.replaceAll("\\", "/"), readFileSync(`src/${name}`, "utf8")] as const);
const naming = (pattern: RegExp) => files.filter(([, text]) => pattern.test(text)).map(([name]) => name);

test("one file knows the host is Tauri", () => {
  expect(naming(/@tauri-apps\//)).toEqual(["api/client.ts"]);
});

test("no raw HTML, no style attribute in markup, no storage, nothing remote", () => {
  const forbidden = /innerHTML|\{@html|\sstyle="|localStorage|sessionStorage|indexedDB|fetch\(|https?:\/\//;
  expect(naming(forbidden)).toEqual([]);
});

/** Written by the app's tests: one type after another, of whatever crosses to the window. */
const GENERATED = "api/types.ts";

test("files stay small", () => {
  const own = files.filter(([name]) => name !== GENERATED);
  const long = own.filter(([, text]) => text.split("\n").length > 250).map(([name]) => name);
  expect(own).toHaveLength(files.length - 1);
  expect(long).toEqual([]);
});

async function bundled(mode: string) {
  const result = await build({ mode, logLevel: "silent", build: { write: false } });
  if (!("output" in result)) throw new Error("not a single build");
  return result.output.map((each) => ({
    name: each.fileName,
    text: String(each.type === "chunk" ? each.code : each.source),
  }));
}

test("the product's bundle has no mock, nothing inline and nothing from elsewhere", {
  timeout: 60_000,
}, async () => {
  const mark = "mfa-tray mock host";
  expect(
    (await bundled("mock")).some(({ text }) => text.includes(mark)),
    "the mark is what we look for",
  ).toBe(true);
  const product = await bundled("production");
  expect(product.filter(({ text }) => text.includes(mark)).map(({ name }) => name)).toEqual([]);
  const html = product.find(({ name }) => name === "index.html")?.text ?? "";
  expect(html).toMatch(/<script type="module"[^>]* src="\/assets\/[^"]+\.js"><\/script>/);
  expect(html).not.toMatch(/<style|style=|<script>|https?:/);
});
