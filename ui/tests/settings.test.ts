import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { SettingsChange } from "../src/api/types";
import { combination } from "../src/settings/shortcut";
import {
  action,
  button,
  click,
  failure,
  preferences,
  press,
  profile,
  settled,
  shown,
  snapshot,
  title,
} from "./window";

const page = (rest = {}) => shown([profile("dev")], { preferences: preferences(rest) }, { at: "settings" });
const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);
const fill = async (label: string, value: string) => {
  await fireEvent.input(field(label), { target: { value } });
  await settled();
};
const leave = async (label: string) => {
  await fireEvent.change(field(label));
  await settled();
};
const theme = () => document.documentElement.dataset.theme;

test("the gear leads there, Escape back to it", async () => {
  await shown([profile("dev")]);
  await click(button("Settings"));
  expect(title()).toBe("Settings");
  expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
  await press("Escape");
  expect(button("Settings")).toHaveFocus();
});

test("the tray may ask for them, once per sequence", async () => {
  const ask = { at: "settings" as const, profile: "", sequence: 7, failure: null };
  const { host } = await shown([profile("dev")], { ask });
  expect(title()).toBe("Settings");
  await press("Escape");
  await host.publish(snapshot([profile("dev")], { ask }));
  expect(action("dev")).toBeInTheDocument();
  await host.publish(snapshot([profile("dev")], { ask: { ...ask, sequence: 8 } }));
  expect(title()).toBe("Settings");
});

test("shows what is in force, also when the file was edited meanwhile", async () => {
  const { host } = await page({ margin_minutes: 7, shortcut: "Ctrl+Alt+M" });
  expect(field("Renew before the end")).toHaveValue("7");
  expect(document.body).toHaveTextContent("Ctrl+Alt+M");
  expect(document.body).toHaveTextContent("/home/alice/.config/mfa-tray/settings.toml");
  await host.publish(
    snapshot([], {
      preferences: preferences({ margin_minutes: 9, language: "zh-CN", start_at_login: true, renew: false }),
    }),
  );
  expect(field("Renew before the end")).toHaveValue("9");
  expect(field("Language")).toHaveDisplayValue("简体中文");
  expect(screen.getByRole("switch", { name: "Start at login" })).toBeChecked();
  expect(screen.getByRole("switch", { name: "Renew by itself" })).not.toBeChecked();
});

test.each<[string, string, SettingsChange]>([
  ["Sessions are written to", " {profile}.session ", { what: "target-pattern", value: "{profile}.session" }],
  ["Renew before the end", "30", { what: "margin-minutes", value: 30 }],
  ["Tell me before the end", "0", { what: "notice-minutes", value: 0 }],
  ["Pause renewal without use", "168", { what: "pause-after-hours", value: 168 }],
  ["Language", "zh-CN", { what: "language", value: "zh-CN" }],
  ["Appearance", "dark", { what: "theme", value: "dark" }],
])("%s: %s is sent at once", async (label, value, change) => {
  const { host } = await page();
  if (field(label).tagName === "INPUT") await fill(label, value);
  else field(label).value = value;
  await leave(label);
  expect(host.changeSettings).toHaveBeenCalledExactlyOnceWith(change);
});

test.each<[string, SettingsChange]>([
  ["Renew by itself", { what: "renew", value: false }],
  ["Start at login", { what: "start-at-login", value: true }],
])("the switch %s is sent at once", async (name, change) => {
  const { host } = await page();
  await click(screen.getByRole("switch", { name }));
  expect(host.changeSettings).toHaveBeenCalledExactlyOnceWith(change);
});

test.each([
  ["Sessions are written to", "mfa", "It must contain {profile}."],
  ["Renew before the end", "0", "A whole number from 1 to 60."],
  ["Renew before the end", "61", "A whole number from 1 to 60."],
  ["Tell me before the end", "-1", "A whole number from 0 to 120."],
  ["Tell me before the end", "1.5", "A whole number from 0 to 120."],
  ["Pause renewal without use", "", "A whole number from 0 to 168."],
])("%s: %j is told wrong as it is typed, not sent, and Escape takes it back", async (label, value, text) => {
  const { host } = await page();
  const before = field(label).value;
  await fill(label, value);
  expect(field(label)).toBeInvalid();
  expect(field(label)).toHaveAccessibleDescription(new RegExp(text));
  await leave(label);
  expect(host.changeSettings).not.toHaveBeenCalled();
  field(label).focus();
  await press("Escape");
  expect(field(label)).toHaveValue(before);
  expect(title(), "Escape took the text back, not the page").toBe("Settings");
});

test("the pattern shows what becomes of a name while it is typed", async () => {
  await page();
  const pattern = field("Sessions are written to");
  expect(pattern).toHaveAccessibleDescription("The session of dev goes to dev-mfa.");
  await fill("Sessions are written to", "s-{profile}");
  expect(pattern).toHaveAccessibleDescription("The session of dev goes to s-dev.");
});

test("what is refused says why beside it, and goes back to what is in force", async () => {
  const { host } = await page();
  host.changeSettings.mockRejectedValue(failure("file", { message: "The file cannot be written." }));
  await fill("Renew before the end", "20");
  await leave("Renew before the end");
  expect(field("Renew before the end")).toHaveValue("15");
  expect(field("Renew before the end")).toHaveAccessibleDescription(/The file cannot be written/);
  field("Appearance").value = "dark";
  await leave("Appearance");
  expect(field("Appearance")).toHaveValue("auto");
  const login = screen.getByRole("switch", { name: "Start at login" });
  await click(login);
  expect(login).not.toBeChecked();
  expect(login).toHaveAccessibleDescription("The file cannot be written.");
  expect(screen.getAllByRole("alert")).toHaveLength(3);
  host.changeSettings.mockResolvedValue(undefined);
  await click(login);
  expect(screen.getAllByRole("alert")).toHaveLength(2);
});

test("of wishes that come while one is under way the last is sent", async () => {
  const { host } = await page();
  const ends: (() => void)[] = [];
  host.changeSettings.mockImplementation(() => new Promise<void>((resolve) => ends.push(resolve)));
  for (const value of ["dark", "light", "auto"]) {
    field("Appearance").value = value;
    await leave("Appearance");
  }
  expect(field("Appearance")).toHaveValue("auto");
  expect(host.changeSettings.mock.calls.map(([change]) => change.value)).toEqual(["dark"]);
  ends[0]?.();
  await settled();
  expect(host.changeSettings.mock.calls.map(([change]) => change.value)).toEqual(["dark", "auto"]);
});

test("the theme is the whole window's", async () => {
  const { host } = await shown([profile("dev")], { preferences: preferences({ theme: "dark" }) });
  expect(theme()).toBe("dark");
  await host.publish(snapshot([profile("dev")]));
  expect(theme()).toBe("auto");
});

const keys = () => button(/^Open from anywhere/);
test("back from the activity, the keyboard is at the way there, and at the title when one comes anew", async () => {
  await shown([profile("dev")]);
  await click(button("Settings"));
  await click(button("Activity"));
  await press("Escape");
  expect(button("Activity")).toHaveFocus();
  await press("Escape");
  await click(button("Settings"));
  expect(screen.getByRole("heading", { level: 1 })).toHaveFocus();
});

const hold = (code: string, more: KeyboardEventInit = {}) => press("x", { code, ...more });

test("keys are recorded after a press, sent, and cleared", async () => {
  const { host } = await page();
  expect(keys()).toHaveTextContent("No keys yet");
  keys().focus();
  await hold("KeyM", { ctrlKey: true });
  expect(host.changeSettings, "not before it was pressed").not.toHaveBeenCalled();
  await click(keys());
  expect(keys()).toHaveTextContent("Press the keys…");
  await hold("ControlLeft", { ctrlKey: true });
  await hold("KeyM");
  expect(keys()).toHaveAccessibleDescription(/That key alone is needed for typing/);
  host.changeSettings.mockImplementationOnce(async () => {
    host.state = snapshot([], { preferences: preferences({ shortcut: "Ctrl+Alt+M" }) });
  });
  await hold("KeyM", { ctrlKey: true, altKey: true });
  expect(host.changeSettings).toHaveBeenCalledExactlyOnceWith({ what: "shortcut", value: "Ctrl+Alt+M" });
  expect(keys()).toHaveTextContent("Ctrl+Alt+M");
  await click(button("Clear"));
  expect(host.changeSettings).toHaveBeenLastCalledWith({ what: "shortcut", value: null });
  expect(keys()).toHaveFocus();
});

test("Escape and leaving end the recording and change nothing", async () => {
  const { host } = await page({ shortcut: "Ctrl+Alt+M" });
  keys().focus();
  await click(keys());
  await press("Escape");
  expect(keys()).toHaveTextContent("Ctrl+Alt+M");
  expect(title()).toBe("Settings");
  await click(keys());
  keys().blur();
  await settled();
  expect(keys()).toHaveTextContent("Ctrl+Alt+M");
  expect(host.changeSettings).not.toHaveBeenCalled();
});

test.each([
  ["KeyM", { ctrlKey: true, altKey: true }, "Ctrl+Alt+M"],
  ["Digit1", { ctrlKey: true, altKey: true, shiftKey: true, metaKey: true }, "Ctrl+Alt+Shift+Super+1"],
  ["F5", {}, "F5"],
  ["F24", { shiftKey: true }, "Shift+F24"],
  ["Space", { metaKey: true }, "Super+Space"],
  ["ArrowUp", { altKey: true }, "Alt+ArrowUp"],
  ["KeyM", { shiftKey: true }, null],
  ["KeyM", {}, null],
  ["ControlLeft", { ctrlKey: true }, null],
  ["MediaPlayPause", { ctrlKey: true }, null],
])("%s with %o is %s", (code, held, text) => {
  const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };
  const got = combination({ code, ...none, ...held });
  expect(typeof got === "object" ? (got?.keys ?? null) : null).toBe(text);
});

test("where the settings are kept can be copied", async () => {
  await page();
  const writeText = vi.fn(async () => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  await click(within(screen.getByRole("main")).getByRole("button", { name: "Copy" }));
  expect(writeText).toHaveBeenCalledExactlyOnceWith("/home/alice/.config/mfa-tray/settings.toml");
  vi.unstubAllGlobals();
});
