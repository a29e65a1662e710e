import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import { ARN, button, click, enrolled, failure, press, profile, shown, title } from "./window";

const GOOD = "correct horse battery";
const page = (count = 2) => shown([profile("dev", enrolled)], { enrolled_devices: count }, { at: "backup" });
const form = (name: string) => screen.getByRole("form", { name });
const field = (name: string, label: string) =>
  within(form(name)).getByLabelText<HTMLInputElement>(label, { selector: "input" });
const fill = (input: HTMLInputElement, value: string) => fireEvent.input(input, { target: { value } });

const first = () => field("Write a backup", "Passphrase");
const second = () => field("Write a backup", "The same again");
const only = () => field("Restore", "Passphrase");

async function write(one: string, other: string) {
  await fill(first(), one);
  await fill(second(), other);
  await click(button("Write backup…"));
}

test("is reached from the settings, and leads back there", async () => {
  await shown([profile("dev", enrolled)], { enrolled_devices: 1 });
  await click(button("Settings"));
  await click(button("Backup of seeds"));
  expect(title()).toBe("Backup of seeds");
  expect(screen.getByText(/The seed of your device goes into one file/)).toBeInTheDocument();
  await press("Escape");
  expect(title()).toBe("Settings");
});

test("restoring is offered where there is nothing yet", async () => {
  await shown([], { files_exist: false });
  await click(button("Restore from a backup"));
  expect(screen.queryByRole("form", { name: "Write a backup" })).toBeNull();
  expect(form("Restore")).toBeInTheDocument();
});

test.each([
  ["", "", "At least 12 characters."],
  ["12345678901", "12345678901", "At least 12 characters."],
  ["🔑🔑🔑🔑🔑🔑", "🔑🔑🔑🔑🔑🔑", "At least 12 characters."],
  [GOOD, "correct horse batterz", "The two are not the same."],
])("%j and %j are not sent: %s", async (one, other, objection) => {
  const { host } = await page();
  await write(one, other);
  expect(host.backUp).not.toHaveBeenCalled();
  const wrong = form("Write a backup").querySelector("[aria-invalid=true]");
  expect(wrong).toHaveFocus();
  expect(wrong).toHaveAccessibleDescription(objection);
});

test("writes, says where and what, and empties the fields", async () => {
  const { host } = await page();
  host.backUp.mockResolvedValueOnce({ file: "/home/alice/seeds.age", devices: [`${ARN}alice`, `${ARN}bob`] });
  await write(GOOD, GOOD);
  expect(host.backUp).toHaveBeenCalledExactlyOnceWith(GOOD);
  expect(form("Write a backup")).toHaveTextContent("alice, bob written to /home/alice/seeds.age.");
  expect([first().value, second().value]).toEqual(["", ""]);
});

test("a dialog that was closed is not a failure", async () => {
  await page();
  await write(GOOD, GOOD);
  expect(form("Write a backup")).toHaveTextContent("Nothing was written.");
  await fill(only(), GOOD);
  await click(button("Restore…"));
  expect(form("Restore")).toHaveTextContent("Nothing was restored.");
});

test("a failure stands in place, and the fields are empty all the same", async () => {
  const { host } = await page();
  host.backUp.mockRejectedValueOnce(failure("keychain", { message: "The keychain is locked." }));
  await write(GOOD, GOOD);
  expect(within(form("Write a backup")).getByRole("alert")).toHaveTextContent("The keychain is locked.");
  expect([first().value, second().value]).toEqual(["", ""]);
});

test.each([
  [[`${ARN}alice`], [`${ARN}bob`], [], "Restored: alice. Here already: bob."],
  [[`${ARN}alice`], [], [], "Restored: alice."],
  [[], [`${ARN}bob`], [], "Nothing new was in it. Here already: bob."],
  [[], [], [`${ARN}eve`], "Nothing new was in it. Left alone, because another seed is kept here: eve."],
])("restores %j, keeps %j and leaves %j", async (restored, kept, differing, text) => {
  const { host } = await page();
  host.restore.mockResolvedValueOnce({ restored, kept, differing });
  await fill(only(), GOOD);
  await click(button("Restore…"));
  expect(host.restore).toHaveBeenCalledExactlyOnceWith(GOOD);
  expect(
    within(form("Restore"))
      .getByRole("status")
      .textContent?.replace(/\.(?=\w)/, ". "),
  ).toBe(text);
  expect(only().value).toBe("");
});

test("a restore that fails says why; one without a passphrase is not tried", async () => {
  const { host } = await page();
  await click(button("Restore…"));
  expect(host.restore).not.toHaveBeenCalled();
  expect(only()).toHaveFocus();
  expect(only()).toHaveAccessibleDescription("The passphrase is missing.");
  host.restore.mockRejectedValueOnce(failure("other", { message: "That passphrase does not open it." }));
  await fill(only(), "something else");
  await click(button("Restore…"));
  expect(within(form("Restore")).getByRole("alert")).toHaveTextContent("That passphrase does not open it.");
  expect(only().value).toBe("");
});

test("what is typed can be looked at, and is hidden again once sent", async () => {
  await page();
  expect(only()).toHaveAttribute("type", "password");
  await click(within(form("Restore")).getByRole("button", { name: "Show: Passphrase" }));
  expect(only()).toHaveAttribute("type", "text");
  await fill(only(), GOOD);
  await click(button("Restore…"));
  expect(only()).toHaveAttribute("type", "password");
});

test("a passphrase is in its field and nowhere else", async () => {
  await page();
  await fill(first(), GOOD);
  await fill(second(), GOOD);
  await fill(only(), GOOD);
  expect(document.documentElement.outerHTML).not.toContain(GOOD);
});
