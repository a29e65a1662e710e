import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import {
  action,
  boxes,
  button,
  click,
  failure,
  inSeconds,
  names,
  press,
  profile,
  row,
  session,
  settled,
  shown,
  snapshot,
  title,
  type,
} from "./window";

const usual = () => [
  profile("billing", { user: "bob", account: "777788889999", ...session("expired", -7260) }),
  profile("dev", { favourite: true, ...session("active", 39_750) }),
  profile("staging", { account: "222233334444", region: "eu-central-1" }),
  profile("prod-admin", { kind: "role", role: "Admin", source: "dev", user: null, account: "444455556666" }),
  profile("data-sso", { kind: "managed", managed_by: "IAM Identity Center", state: "unknown" }),
  profile("old", {
    kind: "incomplete",
    problem: { code: "no-keys", message: "No access key.", hint: "Add one." },
  }),
];

test("favourites come first, under headings, each group in the host's order", async () => {
  await shown(usual());
  expect(names()).toEqual(["dev", "billing", "staging", "prod-admin", "data-sso", "old"]);
  expect(screen.getAllByRole("heading", { level: 2 }).map((each) => each.textContent)).toEqual([
    "Favourites",
    "All profiles",
  ]);
});

test("without favourites there are no headings", async () => {
  await shown([profile("dev")]);
  expect(screen.queryAllByRole("heading", { level: 2 })).toEqual([]);
});

test.each([
  ["dev", "alice · 1111 2222 3333 · eu-west-1", "11 h 02 m", "active"],
  ["billing", "bob · 7777 8888 9999 · eu-west-1", "Expired 2 h ago", "expired"],
  ["staging", "alice · 2222 3333 4444 · eu-central-1", "Get session", "none"],
  ["prod-admin", "role Admin via dev · 4444 5555 6666", "Get session", "none"],
  ["data-sso", "managed by IAM Identity Center", "elsewhere", "managed"],
  ["old", "No access key.", "incomplete", "incomplete"],
])("the row of %s says who, where and how long", async (name, who, time, state) => {
  await shown(usual());
  expect(row(name)).toHaveTextContent(who);
  expect(row(name)).toHaveTextContent(time);
  expect(row(name).dataset.state).toBe(state);
  expect(action(name)).toHaveAccessibleDescription(`${who} ${time}`);
});

test("every state has a picture of its own, colour apart", async () => {
  const states = ["none", "active", "expired", "unknown"] as const;
  await shown([
    ...states.map((state) => profile(state, state === "active" ? session(state, 30_000) : { state })),
    profile("expiring", session("expiring", 300)),
    profile("managed", { kind: "managed" }),
    profile("incomplete", { kind: "incomplete" }),
  ]);
  const pictures = names().map((name) => {
    const svg = row(name as string).querySelector("svg");
    svg?.removeAttribute("class");
    return svg?.outerHTML;
  });
  expect(new Set(pictures).size).toBe(7);
});

test("counts down by itself, turns amber at the margin and expires", async () => {
  await shown([profile("dev", { ...session("active", 62), margin_seconds: 60 })]);
  const says = (text: string, state: string) => {
    expect(row("dev")).toHaveTextContent(text);
    expect(row("dev").dataset.state).toBe(state);
  };
  says("1 min", "active");
  await vi.advanceTimersByTimeAsync(3000);
  says("0:59", "expiring");
  await vi.advanceTimersByTimeAsync(60_000);
  says("Expired", "expired");
  await vi.advanceTimersByTimeAsync(60_000);
  says("Expired 1 min ago", "expired");
});

test("counts by the host's clock, not its own", async () => {
  vi.useFakeTimers({ now: Date.parse(inSeconds(-3600)) });
  await shown([profile("dev", session("active", 1200))]);
  expect(row("dev")).toHaveTextContent("20 min");
});

test("no timer runs with nothing to count, nor while nobody can see it", async () => {
  const { host } = await shown([profile("dev")]);
  expect(vi.getTimerCount()).toBe(0);
  await host.publish(snapshot([profile("dev", session("active", 7200))]));
  expect(vi.getTimerCount()).toBe(1);
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  expect(vi.getTimerCount()).toBe(0);
  vi.setSystemTime(Date.parse(inSeconds(3600)));
  hidden.mockRestore();
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();
  expect(row("dev")).toHaveTextContent("1 h 00 m");
  expect(vi.getTimerCount()).toBe(1);
});

test("an active session's row says until when, how to use it, and offers a new one", async () => {
  await shown(usual());
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  await click(action("dev"));
  expect(row("dev")).toHaveTextContent("Session until 19:02.");
  expect(row("dev")).toHaveTextContent("AWS_PROFILE=dev-mfa");
  await click(within(row("dev")).getByRole("button", { name: "Copy" }));
  expect(writeText).toHaveBeenCalledExactlyOnceWith("AWS_PROFILE=dev-mfa");
  expect(within(row("dev")).getByRole("button", { name: "Copied" })).toBeInTheDocument();
  vi.unstubAllGlobals();
  await click(within(row("dev")).getByRole("button", { name: "New session" }));
  expect(boxes()[0]).toHaveFocus();
});

test("a session inside its margin opens at the code entry", async () => {
  await shown([profile("dev", session("expiring", 300))]);
  await click(action("dev"));
  expect(boxes()).toHaveLength(6);
});

test.each(["data-sso", "old"])("%s opens with words and no boxes", async (name) => {
  await shown(usual());
  await click(action(name));
  expect(screen.queryAllByLabelText(/^Digit/)).toEqual([]);
  const words = {
    "data-sso": "This profile is managed by IAM Identity Center.",
    old: "Add one.",
  };
  expect(row(name)).toHaveTextContent(words[name as keyof typeof words]);
});

const role = (rest = {}) =>
  profile("prod-admin", { kind: "role", role: "Admin", source: "dev", user: null, ...rest });

test("a role without a session to be had from opens its boxes, and leads to its own page only", async () => {
  await shown([role()]);
  await click(action("prod-admin"));
  expect(boxes()).toHaveLength(6);
  const { queryByRole } = within(row("prod-admin"));
  expect(queryByRole("button", { name: "Let this computer make the codes" })).toBeNull();
  await click(button("Profile…"));
  expect(title()).toBe("prod-admin");
});

test("a role whose user has a session takes one click", async () => {
  const { host } = await shown([role({ one_click: true })]);
  await click(action("prod-admin"));
  expect(host.refresh).toHaveBeenCalledExactlyOnceWith("prod-admin", null, null);
  expect(screen.queryAllByLabelText(/^Digit/)).toEqual([]);
});

test("a role that wants a code after all gets its boxes", async () => {
  const { host } = await shown([role({ one_click: true })]);
  host.refresh.mockRejectedValueOnce(failure("code-needed"));
  await click(action("prod-admin"));
  expect(boxes()).toHaveLength(6);
});

test("a role with a session says until when, and how to use it", async () => {
  await shown([role({ ...session("active", 3600), one_click: true })]);
  await click(action("prod-admin"));
  expect(row("prod-admin")).toHaveTextContent("AWS_PROFILE=prod-admin-mfa");
  expect(within(row("prod-admin")).getByRole("button", { name: "New session" })).toBeInTheDocument();
});

test("a profile with a problem shows it first and still lets a person try", async () => {
  const problem = {
    code: "target",
    message: "dev-mfa holds long-term keys.",
    hint: "Choose another target.",
  };
  await shown([profile("dev", { problem })]);
  expect(row("dev")).toHaveTextContent("problem");
  await click(action("dev"));
  expect(row("dev")).toHaveTextContent("dev-mfa holds long-term keys.");
  await click(within(row("dev")).getByRole("button", { name: "Get session" }));
  expect(boxes()).toHaveLength(6);
});

test("one row is open at a time, and its own click closes it", async () => {
  await shown(usual());
  await click(action("staging"));
  await click(action("billing"));
  expect(document.querySelectorAll("[data-open]")).toHaveLength(1);
  expect(action("billing")).toHaveAttribute("aria-expanded", "true");
  await click(action("billing"));
  expect(document.querySelectorAll("[data-open]")).toHaveLength(0);
});

test("the star asks the host, and keeps the keyboard when the row moves", async () => {
  const { host } = await shown([profile("a"), profile("b"), profile("c")]);
  const star = within(row("b")).getByRole("button", { name: "Favourite: b" });
  star.focus();
  await click(star);
  expect(host.setFavourite).toHaveBeenCalledExactlyOnceWith("b", true);
  await host.publish(snapshot([profile("a"), profile("b", { favourite: true }), profile("c")]));
  expect(names()).toEqual(["b", "a", "c"]);
  expect(within(row("b")).getByRole("button", { name: "Favourite: b", pressed: true })).toHaveFocus();
});

test("a star that cannot be kept says so", async () => {
  const { host } = await shown([profile("a")]);
  host.setFavourite.mockRejectedValueOnce(failure("file", { message: "Cannot write the settings." }));
  await click(within(row("a")).getByRole("button", { name: "Favourite: a" }));
  expect(screen.getByText("a: Cannot write the settings.")).toBeInTheDocument();
});

test("the tray's request opens a code entry once per sequence, also past a search", async () => {
  const { host } = await shown(usual(), {
    ask: { at: "row", profile: "billing", sequence: 1, failure: null },
  });
  expect(row("billing").dataset.open).toBe("code");
  expect(boxes()[0]).toHaveFocus();
  await press("Escape");
  await host.publish(
    snapshot(usual(), { ask: { at: "row", profile: "billing", sequence: 1, failure: null } }),
  );
  expect(row("billing").dataset.open).toBeUndefined();
  await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "staging" } });
  await host.publish(snapshot(usual(), { ask: { at: "row", profile: "dev", sequence: 2, failure: null } }));
  expect(screen.getByRole("searchbox")).toHaveValue("");
  expect(row("dev").dataset.open).toBe("code");
  await host.publish(snapshot(usual(), { ask: { at: "row", profile: "gone", sequence: 3, failure: null } }));
  await host.publish(snapshot(usual(), { ask: { at: "row", profile: "old", sequence: 4, failure: null } }));
  expect(row("old").dataset.open).toBe("details");
});

test("typed digits survive a new snapshot", async () => {
  const { host } = await shown(usual());
  await click(action("staging"));
  await type("481");
  await host.publish(snapshot(usual().map((each) => ({ ...each, favourite: each.name === "staging" }))));
  expect(boxes().map((box) => box.value)).toEqual(["4", "8", "1", "", "", ""]);
  expect(boxes()[3]).toHaveFocus();
});

test("a refresh under way is told in words", async () => {
  await shown([profile("dev", { refreshing: true })]);
  expect(row("dev")).toHaveTextContent("Asking AWS…");
});

test.each([
  [[profile("a")], "1 profile"],
  [usual(), "6 profiles · next expiry in 11 h 02 m"],
  [[profile("a", session("expiring", 420)), profile("b", session("active", 7200))], "next expiry in 7 min"],
])("the footer counts", async (profiles, text) => {
  await shown(profiles);
  expect(screen.getByRole("contentinfo")).toHaveTextContent(text);
});

test("practice is said", async () => {
  const { host } = await shown([profile("a")]);
  expect(screen.queryByText("Practice AWS")).toBeNull();
  await host.publish(snapshot([profile("a")], { practice: true }));
  expect(screen.getByText("Practice AWS")).toBeInTheDocument();
});

test("a code entry that a notice opens has the keyboard, also from where it was in the list", async () => {
  const { host } = await shown(usual());
  action("dev").focus();
  const ask = { at: "row" as const, profile: "dev", sequence: 1, failure: null };
  const over = usual().map((each) => (each.name === "dev" ? { ...each, ...session("expired", -1) } : each));
  await host.publish(snapshot(over, { ask }));
  expect(boxes()[0]).toHaveFocus();
});
