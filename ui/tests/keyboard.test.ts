import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Page } from "../src/router.svelte";
import {
  action,
  boxes,
  click,
  enrolled,
  inSeconds,
  names,
  press,
  profile,
  row,
  session,
  settled,
  shown,
  type,
} from "./window";

const three = () => [profile("a", { favourite: true }), profile("b"), profile("c", { region: "us-east-1" })];
const search = () => screen.getByRole<HTMLInputElement>("searchbox");

test("typing anywhere goes to the search field", async () => {
  await shown(three());
  await type("us-e");
  expect(search()).toHaveFocus();
  expect(search()).toHaveValue("u");
  // From there on the browser itself puts the letters in; the first came from elsewhere.
  await fireEvent.input(search(), { target: { value: "us-e" } });
  expect(names()).toEqual(["c"]);
  expect(screen.getByRole("contentinfo")).toHaveTextContent("1 of 3 profiles");
});

test.each([
  ["/", {}],
  ["f", { ctrlKey: true }],
  ["f", { metaKey: true }],
])("%s %o focuses the search field", async (key, more) => {
  await shown(three());
  await press(key, more);
  expect(search()).toHaveFocus();
  expect(search()).toHaveValue("");
});

test.each([
  ["alice", ["a", "b", "c"]],
  ["1111 2222", ["a", "b", "c"]],
  ["111122223333", ["a", "b", "c"]],
  ["US-EAST", ["c"]],
  ["alice us-east", ["c"]],
  ["admin", ["r"]],
  ["zzz", []],
])("searching %j finds %j", async (query, found) => {
  const role = profile("r", { kind: "role", role: "Admin", user: null, account: "999900001111" });
  await shown([...three(), role]);
  await fireEvent.input(search(), { target: { value: query } });
  expect(names()).toEqual(found);
});

test("arrows, Home and End move through the rows, and up from the first to the search field", async () => {
  await shown(three());
  search().focus();
  await press("ArrowDown");
  expect(action("a")).toHaveFocus();
  await press("ArrowDown");
  expect(action("b")).toHaveFocus();
  await press("End");
  expect(action("c")).toHaveFocus();
  await press("ArrowDown");
  expect(action("c")).toHaveFocus();
  await press("Home");
  expect(action("a")).toHaveFocus();
  await press("ArrowUp");
  expect(search()).toHaveFocus();
});

test("a held key loses no step", async () => {
  await shown(Array.from({ length: 50 }, (_, index) => profile(`p${index}`)));
  action("p0").focus();
  for (let step = 0; step < 30; step += 1)
    void fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
  await settled();
  expect(action("p30")).toHaveFocus();
});

test("one row at a time is in the tab order", async () => {
  await shown(three());
  const stops = () =>
    [...document.querySelectorAll("li button[tabindex='0']")].map((each) => each.closest("li"));
  expect(new Set(stops())).toEqual(new Set([row("a")]));
  action("c").focus();
  await settled();
  expect(new Set(stops())).toEqual(new Set([row("c")]));
});

test("Enter in the search field opens the first row", async () => {
  await shown(three());
  await fireEvent.input(search(), { target: { value: "b" } });
  search().focus();
  await press("Enter");
  expect(row("b").dataset.open).toBe("code");
  expect(boxes()[0]).toHaveFocus();
});

test("Escape closes the entry, then clears the search, then hides the window", async () => {
  const { host } = await shown(three());
  await fireEvent.input(search(), { target: { value: "b" } });
  await click(action("b"));
  await press("Escape");
  expect(row("b").dataset.open).toBeUndefined();
  expect(action("b"), "the keyboard stays at the row").toHaveFocus();
  expect(search()).toHaveValue("b");
  await press("Escape");
  expect(search()).toHaveValue("");
  expect(host.hideWindow).not.toHaveBeenCalled();
  await press("Escape");
  expect(host.hideWindow).toHaveBeenCalledOnce();
});

test("keys of an input method are left to it", async () => {
  const { host } = await shown(three());
  await press("Escape", { isComposing: true });
  expect(host.hideWindow).not.toHaveBeenCalled();
});

test("Space and browser shortcuts are left alone", async () => {
  await shown(three());
  for (const [key, more] of [
    [" ", {}],
    ["c", { ctrlKey: true }],
    ["Tab", {}],
    ["F5", {}],
  ] as const) {
    const untouched = await fireEvent.keyDown(action("a"), { key, ...more });
    expect(untouched, key).toBe(true);
  }
  expect(search()).toHaveValue("");
});

test("ten thousand profiles are a few rows, and the keyboard reaches the last", async () => {
  await shown(Array.from({ length: 10_000 }, (_, index) => profile(`p${index}`)));
  expect(names().length).toBeLessThan(60);
  expect(row("p0")).toHaveAttribute("aria-setsize", "10000");
  await press("End");
  expect(action("p9999")).toHaveFocus();
  expect(row("p9999")).toHaveAttribute("aria-posinset", "10000");
  expect(names().length).toBeLessThan(60);
});

const asks = { serial: "arn:aws:iam::111122223333:mfa/alice", profiles: ["a"] };
test.each<[string, Page, [role: string, name: RegExp][]]>([
  [
    "the list",
    { at: "list" },
    [
      ["searchbox", /^Search/],
      ["button", /^Settings$/],
      ["button", /^Refresh all$/],
    ],
  ],
  [
    "the settings",
    { at: "settings" },
    [
      ["textbox", /^Sessions are written/],
      ["switch", /^Renew by itself/],
      ["combobox", /^Language/],
      ["button", /^Open from anywhere/],
      ["button", /^Activity/],
    ],
  ],
  [
    "a profile",
    { at: "profile", profile: "a" },
    [
      ["button", /^Write it to/],
      ["slider", /^Session length/],
      ["switch", /^Renew by itself/],
      ["button", /^End session/],
      ["combobox", /^Shell/],
    ],
  ],
  [
    "a round",
    { at: "round" },
    [
      ["textbox", /^Digit 1/],
      ["button", /^Skip$/],
      ["button", /^Close$/],
    ],
  ],
])("Tab reaches every control of %s, in the order in which they stand", async (_, page, controls) => {
  const live = profile("a", { ...enrolled, ...session("active", 5000) });
  await shown([live], { round: { running: false, asks, outcomes: [] } }, page);
  const stops = controls.map(([role, name]) => screen.getByRole(role, { name }));
  expect(stops.map((stop) => stop.tabIndex)).toEqual(stops.map(() => 0));
  const all = [...document.querySelectorAll("*")];
  const places = stops.map((stop) => all.indexOf(stop));
  expect(places).toEqual([...places].sort((one, other) => one - other));
});

test("a program's question is put away with its row, and only then", async () => {
  const { host } = await shown([profile("dev", { asked_until: inSeconds(40) }), profile("b")]);
  await click(action("dev"));
  expect(row("dev")).toHaveTextContent("A program is waiting for this session.");
  expect(host.putAway).not.toHaveBeenCalled();
  await press("Escape");
  expect(host.putAway).toHaveBeenCalledOnce();
  await click(action("b"));
  await press("Escape");
  expect(host.putAway).toHaveBeenCalledOnce();
  await click(action("dev"));
  await fireEvent.click(screen.getByRole("button", { name: "Not now" }));
  expect(host.putAway).toHaveBeenCalledTimes(2);
});
