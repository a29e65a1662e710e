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
  expect(host.arrange).not.toHaveBeenCalled();
  await agree("Move the key into the keychain");
  expect(host.arrange).toHaveBeenCalledWith("dev", { what: "import-key" });
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

test("an old key is told of quietly", async () => {
  await page(dev({ key_too_old: 120 }));
  expect(card("Access key")).toHaveTextContent("This key is 120 days old.");
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
  expect(host.arrange).toHaveBeenCalledWith("dev", { what: "rename", to: "work" });
  expect(screen.getByRole("searchbox")).toBeInTheDocument();
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
  expect(host.arrange).toHaveBeenCalledWith("work", expected);
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
