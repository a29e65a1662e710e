import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import {
  button,
  click,
  enrolled,
  failure,
  inSeconds,
  press,
  profile,
  session,
  settled,
  shown,
  snapshot,
  title,
} from "./window";

const dev = (rest = {}) => profile("dev", { ...enrolled, ...session("active", 39_750), ...rest });
const page = (each = dev(), rest = {}) => shown([each], rest, { at: "profile", profile: "dev" });
const card = (heading: string) =>
  screen.getByRole("heading", { level: 2, name: heading }).closest("section") as HTMLElement;
const copy = () => within(card("Code")).getByRole("button", { name: "Copy" });
const code = () => card("Code").querySelector(".code")?.textContent ?? null;

test("says who, where and how long, with the keyboard at its title", async () => {
  await page();
  expect(title()).toBe("dev");
  expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  expect(screen.getByText("11 h 02 m")).toBeInTheDocument();
  for (const [term, text] of [
    ["User", "alice"],
    ["Account", "1111 2222 3333"],
    ["Region", "eu-west-1"],
    ["Written to", "dev-mfa"],
    ["Name", "alice-phone"],
    ["Serial", "arn:aws:iam::111122223333:mfa/alice-phone"],
    ["Fingerprint", "9f2c 41d0 77ab e310"],
  ])
    expect(screen.getByText(term as string).nextElementSibling?.textContent?.trim()).toBe(text);
});

test("what is not known yet is said", async () => {
  await page(dev({ user: null, account: null, region: null }));
  expect(screen.getByText("User").nextElementSibling).toHaveTextContent("not known yet");
  expect(screen.queryByText("Region")).toBeNull();
});

test("a profile that goes away says so", async () => {
  const { host } = await page();
  await host.publish(snapshot([]));
  expect(screen.getByText("This profile is not in your AWS files any more.")).toBeInTheDocument();
});

test("without a seed there is no code to show, but the offer", async () => {
  await page(profile("dev"));
  expect(screen.queryByRole("button", { name: "Show code" })).toBeNull();
  expect(screen.queryByRole("heading", { name: "MFA device" })).toBeNull();
  await click(button("Let this computer make the codes"));
  expect(title()).toBe("Codes for dev");
  await press("Escape");
  expect(title(), "one step back at a time").toBe("dev");
});

test("the code is there when asked for, in two groups, with its seconds", async () => {
  const { host } = await page();
  expect(host.deviceCode).not.toHaveBeenCalled();
  button("Show code").focus();
  await click(button("Show code"));
  expect(host.deviceCode).toHaveBeenCalledExactlyOnceWith("dev");
  expect(code()).toBe("481 203");
  expect(card("Code").querySelector("svg text")).toHaveTextContent("20");
  expect(copy()).toHaveFocus();
  await vi.advanceTimersByTimeAsync(3100);
  expect(card("Code").querySelector("svg text")).toHaveTextContent("17");
});

test("copying is the host's work, and says for how long", async () => {
  const { host } = await page();
  await click(button("Show code"));
  await click(copy());
  expect(host.copyCode).toHaveBeenCalledExactlyOnceWith("dev");
  expect(card("Code")).toHaveTextContent("Copied. It leaves the clipboard in 30 s.");
  host.copyCode.mockRejectedValueOnce(failure("other", { message: "The clipboard is not there." }));
  await click(copy());
  expect(card("Code")).not.toHaveTextContent("Copied.");
  expect(within(card("Code")).getByRole("alert")).toHaveTextContent("The clipboard is not there.");
});

test("a code that runs out is followed by five more, then by nothing", async () => {
  const { host } = await page();
  let number = 100_000;
  host.deviceCode.mockImplementation(async () => ({ code: String(number++), seconds_left: 30, period: 30 }));
  await click(button("Show code"));
  expect(code()).toBe("100 000");
  await vi.advanceTimersByTimeAsync(31_000);
  expect(code()).toBe("100 001");
  await vi.advanceTimersByTimeAsync(4 * 31_100);
  expect(code()).toBe("100 005");
  await vi.advanceTimersByTimeAsync(40_000);
  expect(code()).toBeNull();
  expect(host.deviceCode).toHaveBeenCalledTimes(6);
  await vi.advanceTimersByTimeAsync(300_000);
  expect(host.deviceCode).toHaveBeenCalledTimes(6);
  await click(button("Show code"));
  expect(host.deviceCode).toHaveBeenCalledTimes(7);
});

test("nothing is fetched while nobody can see it; the code that ran out meanwhile is gone", async () => {
  const { host } = await page();
  await click(button("Show code"));
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  await vi.advanceTimersByTimeAsync(90_000);
  hidden.mockRestore();
  document.dispatchEvent(new Event("visibilitychange"));
  await settled();
  expect(host.deviceCode).toHaveBeenCalledOnce();
  expect(code()).toBeNull();
  expect(button("Show code")).toBeInTheDocument();
});

test("nothing is fetched after the page was left", async () => {
  const { host } = await page();
  await click(button("Show code"));
  await press("Escape");
  await vi.advanceTimersByTimeAsync(90_000);
  expect(host.deviceCode).toHaveBeenCalledOnce();
  expect(document.body).not.toHaveTextContent("481 203");
});

test("a code that cannot be had says why, and can be asked for again", async () => {
  const { host } = await page();
  host.deviceCode.mockRejectedValueOnce(failure("keychain", { message: "The keychain is locked." }));
  await click(button("Show code"));
  expect(within(card("Code")).getByRole("alert")).toHaveTextContent("The keychain is locked.");
  await click(button("Show code"));
  expect(code()).toBe("481 203");
  expect(within(card("Code")).queryByRole("alert")).toBeNull();
});

test("whoever closed the system's question is not told so", async () => {
  const { host } = await page();
  host.deviceCode.mockRejectedValueOnce(failure("dismissed"));
  await click(button("Show code"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(button("Show code")).toBeEnabled();
});

test.each([
  [true, 1],
  [false, 0],
])("the seed's picture is offered only where the system can ask first (%s)", async (can, count) => {
  await page(dev(), { can_show_seed: can });
  expect(screen.queryAllByRole("button", { name: "Show QR code again" })).toHaveLength(count);
});

test.each([
  ["Show QR code again", "showSeed" as const, "Waiting until you confirm…", "It is in a window of its own."],
  ["Resync", "resync" as const, "Sending two codes", "AWS and this computer are in step again."],
])("%s: progress, result and failure in place", async (label, call, progress, result) => {
  const { host } = await page();
  let refuse: (reason: unknown) => void = () => {};
  host[call].mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await click(button(label));
  expect(card("MFA device")).toHaveTextContent(progress);
  expect(button(label)).toBeDisabled();
  refuse(failure("network", { message: "No answer from AWS." }));
  await settled();
  expect(within(card("MFA device")).getByRole("alert")).toHaveTextContent("No answer from AWS.");
  await click(button(label));
  expect(card("MFA device")).toHaveTextContent(result);
  expect(host[call]).toHaveBeenLastCalledWith("dev");
});

const FORGET = "Forget the seed on this computer";
const DELETE = "Deactivate and delete the device at AWS";

test("forgetting explains itself and asks once more in place", async () => {
  const { host } = await page();
  await click(button(FORGET));
  expect(host.forget).not.toHaveBeenCalled();
  expect(card("MFA device")).toHaveTextContent("The device stays at AWS");
  await click(button("Cancel"));
  expect(button(FORGET)).toHaveFocus();
  await click(button(FORGET));
  host.forget.mockRejectedValueOnce(failure("keychain", { message: "The keychain is locked." }));
  await click(button("Forget the seed"));
  expect(within(card("MFA device")).getByRole("alert")).toHaveTextContent("The keychain is locked.");
  host.forget.mockImplementationOnce(async () => {
    host.state = snapshot([profile("dev")]);
  });
  await click(button("Forget the seed"));
  expect(screen.getByText("The seed is gone from this computer. The device is still at AWS.")).toBeVisible();
  expect(screen.queryByRole("heading", { name: "MFA device" })).toBeNull();
  expect(document.activeElement, "the keyboard is not lost").not.toBe(document.body);
});

test("deleting wants the device's name typed", async () => {
  const { host } = await page();
  await click(button(DELETE));
  expect(card("MFA device")).toHaveTextContent("you may be locked out until an administrator helps");
  const field = screen.getByRole("textbox", { name: "Type alice-phone to confirm" });
  expect(field).toHaveFocus();
  expect(field).toHaveAccessibleDescription(/locked out/);
  await fireEvent.input(field, { target: { value: "alice" } });
  await click(button("Delete the device"));
  expect(host.deleteDevice).not.toHaveBeenCalled();
  expect(within(card("MFA device")).getByRole("alert")).toHaveTextContent("It is alice-phone.");
  await fireEvent.input(field, { target: { value: "alice-phone" } });
  host.deleteDevice.mockRejectedValueOnce(failure("refused", { message: "AWS says no." }));
  await click(button("Delete the device"));
  expect(host.deleteDevice).toHaveBeenLastCalledWith("dev", "alice-phone");
  expect(within(card("MFA device")).getByRole("alert")).toHaveTextContent("AWS says no.");
  host.deleteDevice.mockImplementationOnce(async () => {
    host.state = snapshot([profile("dev")]);
  });
  await click(button("Delete the device"));
  expect(screen.getByText(/The device is deleted at AWS/)).toBeVisible();
});

test("one question is open at a time, and Escape closes it before it leaves the page", async () => {
  await page();
  await click(button(FORGET));
  await click(button(DELETE));
  expect(screen.queryByRole("button", { name: "Forget the seed" })).toBeNull();
  await press("Escape");
  expect(screen.queryByRole("button", { name: "Delete the device" })).toBeNull();
  expect(title()).toBe("dev");
  await press("Escape");
  expect(title()).toBe("MFA Tray");
});

test("the pill of the page counts on", async () => {
  await page(dev({ refreshing: true, waiting_until: inSeconds(9) }));
  expect(screen.getByText("Next code in 9 s")).toBeInTheDocument();
});
