import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { Arrange, Preview } from "../src/api/types";
import { click, failure, profile, session, settled, shown, title } from "./window";

const dev = (rest = {}) =>
  profile("dev", { key_id: "AKIAIOSFODNN7EXAMPLE", ...session("active", 3600), ...rest });
const page = (each = dev()) => shown([each], {}, { at: "profile", profile: "dev" });
const card = (heading: string) =>
  screen.getByRole("heading", { level: 2, name: heading }).closest("section") as HTMLElement;
const link = (label: string) => screen.getByRole("button", { name: label });
/** The button that agrees, which has the label of what was asked. */
const agree = async (label: string) => {
  await click(screen.getAllByRole("button", { name: label }).at(-1) as HTMLElement);
  await settled();
};

const difference: Preview = {
  files: [
    {
      path: "/home/alice/.aws/credentials",
      lines: ["  [dev]", "- aws_secret_access_key = ********", "+ region = eu-west-1"],
    },
  ],
  affected: ["admin"],
  removed: ["/home/alice/.aws/credentials.mfa-tray-backup"],
};

test("a change is shown before it is made, and made only when it is agreed to", async () => {
  const { host } = await page();
  host.preview.mockResolvedValue(difference);
  await click(link("Move the key into the keychain"));
  await settled();
  expect(host.preview).toHaveBeenCalledWith("dev", { what: "import-key" });
  const shownText = card("Access key").textContent ?? "";
  expect(shownText).toContain("- aws_secret_access_key = ********");
  expect(shownText).toContain("cannot use them any more: admin");
  expect(shownText).toContain("which are removed: /home/alice/.aws/credentials.mfa-tray-backup");
  expect(host.arrange).not.toHaveBeenCalled();
  await agree("Move the key into the keychain");
  expect(host.arrange).toHaveBeenCalledWith("dev", { what: "import-key" }, difference);
});

test("nothing can be agreed to before it is shown, and what has changed meanwhile is shown anew", async () => {
  const { host } = await page();
  let show = (_preview: Preview) => {};
  host.preview.mockImplementation(() => new Promise<Preview>((done) => (show = done)));
  await click(link("Move the key into the keychain"));
  await settled();
  expect(screen.getAllByRole("button", { name: "Move the key into the keychain" }).at(-1)).toBeDisabled();
  show(difference);
  await settled();
  host.arrange.mockRejectedValue(failure("file", { message: "Your AWS files have changed." }));
  await agree("Move the key into the keychain");
  show({ files: [], affected: ["ops"], removed: [] });
  await settled();
  expect(card("Access key")).toHaveTextContent("Your AWS files have changed.");
  expect(card("Access key")).toHaveTextContent("cannot use them any more: ops");
});

test("what is not possible is told where it was asked, and is not done", async () => {
  const { host } = await page();
  host.preview.mockRejectedValue(failure("file", { message: "[default] holds a long-term key." }));
  await click(link("Use as default"));
  await settled();
  expect(card("How tools get the session")).toHaveTextContent("[default] holds a long-term key.");
  await agree("Use as default");
  expect(host.arrange).not.toHaveBeenCalled();
});

test("each state offers the way back", async () => {
  const labels = (each = dev()) =>
    page(each).then(() =>
      [...document.querySelectorAll(".action > .link")].map((each) => each.textContent?.trim()),
    );
  expect(await labels()).toEqual(
    expect.arrayContaining([
      "Move the key into the keychain",
      "Use as default",
      "Keep the session in the keychain",
    ]),
  );
  document.body.innerHTML = "";
  const served = await labels(dev({ served: true, key_in_keychain: true }));
  expect(served).toEqual(
    expect.arrayContaining(["Put the session back into the file", "Put the key back into the file"]),
  );
  expect(served).not.toContain("Use as default");
});

test("the age of a key is shown, and one that is too old is told of quietly", async () => {
  await page(dev({ key_days: 12 }));
  expect(card("Access key")).toHaveTextContent("Age 12 days");
  expect(card("Access key")).not.toHaveTextContent("AWS advises");
  document.body.innerHTML = "";
  await page(dev({ key_days: 120, key_too_old: true }));
  expect(card("Access key")).toHaveTextContent("Age 120 days");
  expect(card("Access key")).toHaveTextContent("AWS advises a new key every 90 days.");
});

test("findings are listed, and mending is offered where something can be mended", async () => {
  const lint = vi.fn(async () => [
    {
      code: "x",
      grave: true,
      place: "config:3",
      message: "It is shadowed.",
      hint: "Take it out.",
      fixable: true,
    },
  ]);
  const { host } = await page();
  host.lint.mockImplementation(lint);
  await host.publish({ ...(await host.snapshot()) });
  await settled();
  expect(card("In your files")).toHaveTextContent("It is shadowed.");
  expect(card("In your files")).toHaveTextContent("config:3");
  expect(link("Mend what can be mended")).toBeInTheDocument();
});

test("a rename wants a name, and leads away from the old one", async () => {
  const { host } = await page();
  await click(link("Rename"));
  await agree("Rename");
  expect(card("In your files")).toHaveTextContent("Type a name first.");
  expect(host.arrange).not.toHaveBeenCalled();
  await fireEvent.change(screen.getByLabelText("New name"), { target: { value: "work" } });
  await settled();
  expect(host.preview).toHaveBeenCalledWith("dev", { what: "rename", to: "work" });
  await agree("Rename");
  expect(host.arrange).toHaveBeenCalledWith(
    "dev",
    { what: "rename", to: "work" },
    { files: [], affected: [], removed: [] },
  );
  expect(screen.getByRole("searchbox")).toBeInTheDocument();
});

test("of two names typed in a row the last is the one that is shown and taken", async () => {
  const { host } = await page();
  let show = () => {};
  host.preview.mockImplementationOnce(
    () => new Promise((done) => (show = () => done({ ...difference, affected: ["first"] }))),
  );
  host.preview.mockResolvedValue({ ...difference, affected: ["second"] });
  await click(link("Rename"));
  const type = (value: string) => fireEvent.change(screen.getByLabelText("New name"), { target: { value } });
  await type("one");
  await type("two");
  show();
  await settled();
  expect(host.preview).toHaveBeenLastCalledWith("dev", { what: "rename", to: "two" });
  expect(card("In your files")).toHaveTextContent("any more: second");
  await agree("Rename");
  expect(host.arrange).toHaveBeenCalledWith(
    "dev",
    { what: "rename", to: "two" },
    {
      ...difference,
      affected: ["second"],
    },
  );
});

test.each([
  ["Rename", "work", "dev is called work now."],
  ["Remove the profile", null, "dev is gone from your files."],
])("%s leads away also when the list has changed before the answer", async (label, to, said) => {
  const { host } = await page();
  let answer = () => {};
  host.arrange.mockImplementation(() => new Promise<void>((done) => (answer = done)));
  await click(link(label));
  await settled();
  if (to !== null) await fireEvent.change(screen.getByLabelText("New name"), { target: { value: to } });
  await settled();
  await agree(label);
  await host.publish({ ...(await host.snapshot()), profiles: to === null ? [] : [profile(to)] });
  await settled();
  answer();
  await settled();
  expect(screen.getByRole("searchbox")).toBeInTheDocument();
  expect(document.body).toHaveTextContent(said);
});

test("a new profile is added with its key, which is not kept in the page", async () => {
  const { host } = await shown([dev()]);
  await click(screen.getByRole("button", { name: "New profile" }));
  expect(title()).toBe("New profile");
  const type = (label: string, value: string) =>
    fireEvent.input(screen.getByLabelText(label), { target: { value } });
  await type("Name", "work");
  await type("Region", "eu-west-1");
  await type("Key id", "AKIAIOSFODNN7EXAMPLE");
  await type("Secret access key", "wJalrXUtnFEMI");
  await click(screen.getByRole("button", { name: "Add the profile" }));
  await settled();
  const expected: Arrange = {
    what: "new-user",
    region: "eu-west-1",
    key_id: "AKIAIOSFODNN7EXAMPLE",
    secret: "wJalrXUtnFEMI",
  };
  expect(host.arrange).toHaveBeenCalledWith("work", expected, null);
  expect(document.body.innerHTML).not.toContain("wJalrXUtnFEMI");
});

test("a call to AWS can be cancelled", async () => {
  const { host } = await shown([profile("dev")]);
  host.refresh.mockImplementation(() => new Promise(() => {}));
  await click(screen.getByRole("button", { name: "dev" }));
  for (const [position, digit] of [..."123456"].entries())
    await fireEvent.input(screen.getByLabelText(`Digit ${position + 1} of 6`), { target: { value: digit } });
  await settled();
  await click(screen.getByRole("button", { name: "Cancel" }));
  expect(host.cancel).toHaveBeenCalledOnce();
});
