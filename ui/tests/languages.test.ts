import { readdirSync, readFileSync } from "node:fs";
import { parse } from "svelte/compiler";
import { expect, test } from "vitest";
import { languages } from "../src/strings";
import { headlines } from "../src/words/zh/headlines";

type Words = { [key: string]: unknown };
const isWords = (value: unknown): value is Words =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a function says of numbers, or of lists of them. */
function filled(say: (...given: unknown[]) => unknown, numbers: number[]): string {
  try {
    return String(say(...numbers));
  } catch {
    return String(say(...numbers.map((number) => [number])));
  }
}

/** Every text of a language by its path; functions are given numbers. */
function texts(words: Words, path = ""): Map<string, string> {
  const pairs = Object.entries(words).flatMap(([key, value]): [string, string][] => {
    const at = path + key;
    if (isWords(value)) return [...texts(value, `${at}.`)];
    if (typeof value !== "function") return [[at, String(value)]];
    const say = value as (...given: unknown[]) => unknown;
    return [1, 3].map((first) => [`${at}(${first})`, filled(say, [first, 40, 500])]);
  });
  return new Map(pairs);
}

const english = texts(languages.en);
const chinese = texts(languages["zh-CN"]);
const both = [...english].map(([path, text]) => [path, text, chinese.get(path) ?? ""] as const);

/** Names, commands, and forms that both languages write alike. */
const ALIKE = [
  "title",
  "onDay",
  "configureCommand",
  "settings.app",
  "settings.languages.en",
  "settings.languages.zh-CN",
  ...["bash", "zsh", "fish", "powershell", "cmd"].map((shell) => `session.shells.${shell}`),
  "policies.withMfa",
  // These take a step, not numbers; policies.test.ts has them say one.
  "policies.step",
  "policies.undoStep",
];

test("each language has what the other has", () => {
  expect([...chinese.keys()]).toEqual([...english.keys()]);
});

test("nothing was left in English", () => {
  const alike = both.filter(([, en, zh]) => en === zh).map(([path]) => path.replace(/\(\d+\)$/, ""));
  expect([...new Set(alike)]).toEqual(ALIKE);
});

test("a translation says what was put into it, and keeps names as they are", () => {
  const kept = /\d+|\b(?:AWS|MFA|MFA Tray|IAM|STS|ARN|arn:\S+mfa|otpauth:)/g;
  const lost = both.flatMap(([path, en, zh]) =>
    (en.match(kept) ?? []).filter((word) => !zh.includes(word)).map((word) => `${path}: ${word}`),
  );
  expect(lost).toEqual([]);
});

test("Chinese has its own punctuation, and a space before Latin letters", () => {
  const wrong = /\p{Script=Han}[,.:;?!"'A-Za-z]|[A-Za-z]\p{Script=Han}|\.\.\./u;
  const said = [...chinese.values(), ...Object.values(headlines)];
  expect(said.filter((text) => wrong.test(text ?? ""))).toEqual([]);
});

const sources = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((name) => name.replaceAll("\\", "/"))
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.startsWith("words/"))
  .map((name) => [name, readFileSync(`src/${name}`, "utf8")] as const);

/** Whether a source file reads `key` of `from`, directly, through a shorter name, or taken out of it. */
function isRead(from: string, key: string): boolean {
  return sources.some(([, text]) => {
    const short = text.match(new RegExp(`const (\\w+) = ${from};`))?.[1];
    const taken = new RegExp(`\\{[^{}]*\\b${key}\\b[^{}]*\\} = ${from};`);
    return (
      new RegExp(`\\b${from}\\.${key}\\b`).test(text) ||
      (short !== undefined && new RegExp(`\\b${short}\\.${key}\\b`).test(text)) ||
      taken.test(text)
    );
  });
}

test("every word is said somewhere", () => {
  const unread = Object.entries(languages.en).flatMap(([key, value]) =>
    isWords(value)
      ? Object.keys(value)
          .filter((inner) => !isRead(`strings\\.${key}`, inner))
          .map((inner) => `${key}.${inner}`)
      : isRead("strings", key)
        ? []
        : [key],
  );
  expect(unread).toEqual([]);
});

type Node = { type: string; [key: string]: unknown };

/** Attributes and properties that a person reads or hears. */
const SAID =
  /^(aria-(label|description|roledescription|placeholder|valuetext)|placeholder|title|alt|label|text|hint|question|yes|no|done|busy|aside)$/;

/** The literal text in a component's markup that would be shown as it stands. */
function literals(node: unknown, said = false): string[] {
  if (Array.isArray(node)) return node.flatMap((each) => literals(each, said));
  if (typeof node !== "object" || node === null) return [];
  const { type, ...rest } = node as Node;
  const worded = (text: unknown) =>
    said && typeof text === "string" && /\p{L}/u.test(text) ? [text.trim()] : [];
  if (type === "Text") return worded(rest.data);
  if (type === "Literal") return worded(rest.value);
  if (type === "TemplateElement") return worded((rest.value as { cooked: string }).cooked);
  if (type === "Comment" || type === "StyleDirective") return [];
  if (type === "Attribute") return literals(rest.value, SAID.test(String(rest.name)));
  if (type === "Fragment") return literals(rest.nodes, true);
  // What is compared or looked up is not what is shown.
  if (type === "IfBlock") return [...literals(rest.consequent), ...literals(rest.alternate)];
  if (type === "EachBlock") return [...literals(rest.body), ...literals(rest.fallback)];
  if (type === "ConditionalExpression")
    return [...literals(rest.consequent, said), ...literals(rest.alternate, said)];
  if (type === "BinaryExpression" && rest.operator !== "+") return [];
  if (["CallExpression", "MemberExpression", "ArrowFunctionExpression"].includes(type)) return [];
  return Object.values(rest).flatMap((each) => literals(each, said));
}

const literalsOf = (source: string) => literals(parse(source, { modern: true }).fragment);

test("markup has no words of its own", () => {
  const found = sources
    .filter(([name]) => name.endsWith(".svelte"))
    .flatMap(([name, source]) => literalsOf(source).map((text) => `${name}: ${text}`));
  expect(found).toEqual([]);
});

test.each([
  ["<p>Words</p>", ["Words"]],
  ["{#if a === 'yes'}<b>Go {name}</b>{/if}", ["Go"]],
  ["<p>{busy ? 'Wait' : strings.go}</p>", ["Wait"]],
  ["<p>{`left`}{n + ' more'}</p>", ["left", "more"]],
  ['<button aria-label="Close" class="icon">×</button>', ["Close"]],
  ['<Card title="A card" at="row" />', ["A card"]],
  ["<p class={on ? 'on' : 'off'}>{strings.go} · {n}</p>", []],
])("in %s stands %j", (source, wanted) => expect(literalsOf(source)).toEqual(wanted));
