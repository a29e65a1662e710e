import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import {
  action,
  boxes,
  button,
  click,
  enrolled,
  failure,
  inSeconds,
  press,
  profile,
  row,
  session,
  settled,
  shown,
  snapshot,
  status,
  title,
  type,
} from "./window";

const inRow = (name: string, label: string) => within(row(name)).getByRole("button", { name: label });
const dev = (rest = {}) => profile("dev", { ...enrolled, ...rest });

test.each([
  ["none", {}],
  ["expired", session("expired", -60)],
  ["inside its margin", session("expiring", 300)],
])("one click refreshes an enrolled profile whose session is %s", async (_, rest) => {
  const { host } = await shown([dev(rest)]);
  host.refresh.mockImplementationOnce(async () => {
    host.state = snapshot([dev(session("active", 4320))]);
  });
  action("dev").focus();
  await click(action("dev"));
  expect(host.refresh.mock.calls).toEqual([["dev", null, null]]);
  expect(row("dev").dataset.open).toBeUndefined();
  expect(row("dev")).toHaveTextContent("1 h 12 m");
  expect(status()).toBe("dev: session until 09:12");
  expect(action("dev")).toHaveFocus();
});

test("an active session opens with its details; a new one needs no code there, and a code may be typed", async () => {
  const { host } = await shown([dev(session("active", 7200))]);
  await click(action("dev"));
  expect(host.refresh).not.toHaveBeenCalled();
  await click(inRow("dev", "Type a code"));
  expect(boxes()[0]).toHaveFocus();
  expect(host.refresh, "opening the boxes asks for nothing").not.toHaveBeenCalled();
  await type("123456");
  expect(host.refresh.mock.lastCall).toEqual(["dev", "123456", null]);
  await click(action("dev"));
  inRow("dev", "New session").focus();
  await click(inRow("dev", "New session"));
  expect(host.refresh.mock.lastCall).toEqual(["dev", null, null]);
  expect(action("dev"), "the keyboard does not get lost with the button").toHaveFocus();
});

test("an enrolled profile that names no device asks for nothing when its boxes open", async () => {
  const { host } = await shown([dev({ mfa_serial: null, ...session("active", 7200) })]);
  await click(action("dev"));
  await click(inRow("dev", "Type a code"));
  expect(host.refresh).not.toHaveBeenCalled();
  expect(row("dev")).toHaveTextContent("Code from your MFA device");
});

test("a second click while it is under way is no second wish", async () => {
  const { host } = await shown([dev()]);
  host.refresh.mockImplementationOnce(() => new Promise(() => {}));
  await click(action("dev"));
  await click(action("dev"));
  expect(host.refresh).toHaveBeenCalledOnce();
  await host.publish(snapshot([dev({ refreshing: true })]));
  await click(action("dev"));
  expect(host.refresh).toHaveBeenCalledOnce();
});

test("a problem of the profile is shown first", async () => {
  const problem = { code: "target", message: "dev-mfa holds long-term keys.", hint: null };
  const { host } = await shown([dev({ problem })]);
  await click(action("dev"));
  expect(host.refresh).not.toHaveBeenCalled();
  expect(row("dev")).toHaveTextContent("dev-mfa holds long-term keys.");
});

test("the wait for the next code is counted down in the row", async () => {
  await shown([dev({ refreshing: true, waiting_until: inSeconds(12) })]);
  expect(row("dev")).toHaveTextContent("Next code in 12 s");
  expect(row("dev").querySelector(".turning")).toBeInTheDocument();
  await vi.advanceTimersByTimeAsync(2100);
  expect(row("dev")).toHaveTextContent("Next code in 10 s");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(row("dev")).toHaveTextContent("Asking AWS…");
});

test("a row says that its codes come by themselves", async () => {
  await shown([dev({ renew: false }), profile("other")]);
  expect(action("dev")).toHaveAccessibleDescription(/no typing/);
  expect(row("other")).not.toHaveTextContent("no typing");
});

const TYPE = "Type a code";
const RETRY = "Try again";
const SET_UP = "Set it up again";
test.each([
  ["keychain" as const, [TYPE, RETRY]],
  ["dismissed" as const, [TYPE, RETRY]],
  ["code-rejected" as const, [TYPE, RETRY]],
  ["seed-missing" as const, [TYPE, SET_UP]],
  ["seed-wrong" as const, [TYPE, SET_UP]],
  ["no-device" as const, ["Set up an MFA device"]],
  ["network" as const, [RETRY]],
  ["other" as const, [RETRY]],
])("a refresh that fails with %s opens the row with what helps", async (code, ways) => {
  const { host } = await shown([dev()]);
  host.refresh.mockRejectedValueOnce(failure(code, { message: "It failed.", hint: "Do this." }));
  await click(action("dev"));
  const panel = row("dev").querySelector<HTMLElement>(".panel") as HTMLElement;
  expect(within(panel).getByRole("alert")).toHaveTextContent("It failed. Do this.");
  expect(
    within(panel)
      .getAllByRole("button")
      .map((each) => each.textContent?.trim()),
  ).toEqual(["Profile…", ...ways]);
});

test("a locked keychain: another try, and typing at any time", async () => {
  const { host } = await shown([dev()]);
  host.refresh.mockRejectedValue(failure("keychain"));
  await click(action("dev"));
  inRow("dev", RETRY).focus();
  await click(inRow("dev", RETRY));
  expect(host.refresh).toHaveBeenCalledTimes(2);
  expect(row("dev").dataset.open).toBe("failed");
  expect(action("dev")).toHaveFocus();
  await click(inRow("dev", TYPE));
  expect(boxes()[0]).toHaveFocus();
  host.refresh.mockReset();
  await type("123456");
  expect(host.refresh.mock.calls).toEqual([["dev", "123456", null]]);
  expect(row("dev").dataset.open).toBeUndefined();
});

test("a host that wants a code after all gets one typed", async () => {
  const { host } = await shown([dev()]);
  host.refresh.mockRejectedValueOnce(failure("code-needed"));
  await click(action("dev"));
  expect(boxes()[0]).toHaveFocus();
});

test("a failure does not close the row a person is typing in", async () => {
  const { host } = await shown([dev(), profile("other")]);
  let refuse: (reason: unknown) => void = () => {};
  host.refresh.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await click(action("dev"));
  await click(action("other"));
  await type("481");
  refuse(failure("keychain", { message: "The keychain is locked." }));
  await settled();
  expect(boxes()[3]).toHaveFocus();
  expect(screen.getByText("dev: The keychain is locked.")).toBeInTheDocument();
});

test.each([
  ["not enrolled, with its boxes", profile("dev"), true],
  ["not enrolled, with a session", profile("dev", session("active", 7200)), true],
  ["enrolled", dev(session("active", 7200)), false],
])("the open row leads on: %s", async (_, each, offers) => {
  await shown([each]);
  await click(action("dev"));
  const offer = within(row("dev")).queryByRole("button", { name: "Let this computer make the codes" });
  expect(offer !== null).toBe(offers);
  await click(inRow("dev", "Profile…"));
  expect(title()).toBe("dev");
  await press("Escape");
  expect(row("dev"), "back where it began").toContainElement(document.activeElement as HTMLElement);
  if (!offers) return;
  await click(inRow("dev", "Let this computer make the codes"));
  expect(title()).toBe("Codes for dev");
});

test("what another tool manages leads nowhere", async () => {
  await shown([profile("sso", { kind: "managed" })]);
  await click(action("sso"));
  expect(within(row("sso")).queryByRole("button", { name: "Profile…" })).toBeNull();
});

test.each([
  ["finding out the device", profile("dev", { mfa_serial: null }), ""],
  ["a typed code", profile("dev"), "123456"],
])("a user without a device is offered one, after %s", async (_, each, typed) => {
  const { host } = await shown([each]);
  host.refresh.mockRejectedValueOnce(failure("no-device", { message: "alice has no MFA device." }));
  await click(action("dev"));
  await type(typed);
  expect(screen.getByRole("alert")).toHaveTextContent("alice has no MFA device.");
  expect(
    within(row("dev")).queryByRole("button", { name: "Let this computer make the codes" }),
    "one offer is enough",
  ).toBeNull();
  await click(inRow("dev", "Set up an MFA device"));
  expect(title()).toBe("Codes for dev");
});

test("a profile known to have no device says so in its details", async () => {
  const problem = { code: "no-device", message: "alice has no MFA device.", hint: null };
  await shown([profile("dev", { problem })]);
  await click(action("dev"));
  await click(inRow("dev", "Set up an MFA device"));
  expect(title()).toBe("Codes for dev");
});

test("the tray's request leads back to the list from any page", async () => {
  const { host } = await shown([profile("dev")], {}, { at: "profile", profile: "dev" });
  await host.publish(
    snapshot([profile("dev")], { ask: { at: "row", profile: "dev", sequence: 1, failure: null } }),
  );
  expect(row("dev").dataset.open).toBe("code");
  expect(boxes()[0]).toHaveFocus();
});

test("a policy in a hint is text to copy, outside the alert", async () => {
  const policy = '{\n  "Effect": "Allow"\n}';
  const { host } = await shown([dev()]);
  host.refresh.mockRejectedValueOnce(
    failure("refused", { message: "No.", hint: `Ask for this:\n${policy}` }),
  );
  await click(action("dev"));
  expect(screen.getByRole("alert")).toHaveTextContent("No. Ask for this:");
  expect(screen.getByRole("region", { name: "To copy" }).textContent).toBe(policy);
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  await click(button("Copy"));
  expect(writeText).toHaveBeenCalledExactlyOnceWith(policy);
  vi.unstubAllGlobals();
  expect(button("Copied")).toBeInTheDocument();
});

test("a refresh from the tray that failed is told in its row, with what helps", async () => {
  const { host } = await shown([dev()]);
  const failed = failure("keychain", { message: "The keychain is locked.", hint: "Unlock it." });
  await host.publish(snapshot([dev()], { ask: { at: "row", profile: "dev", sequence: 1, failure: failed } }));
  expect(row("dev")).toHaveTextContent("The keychain is locked.");
  await click(inRow("dev", "Try again"));
  expect(host.refresh).toHaveBeenCalledExactlyOnceWith("dev", null, null);
});
