import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Enrolment } from "../src/api/types";
import {
  ARN,
  boxes,
  button,
  click,
  digits,
  enrolment,
  failure,
  offer,
  press,
  profile,
  settled,
  shown,
  snapshot,
  title,
  type,
} from "./window";

const DEV = { at: "enrol", profile: "dev" } as const;
const both = () => [profile("dev"), profile("other")];
const page = (each: Partial<Enrolment> | null = null) =>
  shown(both(), { enrolment: each && enrolment(each) }, DEV);
const at = (rest: Partial<Enrolment> | null) => snapshot(both(), { enrolment: rest && enrolment(rest) });
const part = () => screen.getByText(/^Step \d of 4$/).textContent;
const heading = () => screen.getByRole("heading", { level: 2 }).textContent;
const alert = () => screen.getByRole("alert");

test("begins with the choice, and says honestly what it means", async () => {
  await page();
  expect(title()).toBe("Codes for dev");
  expect(screen.getByRole("heading", { level: 2 })).toHaveFocus();
  expect(document.body).toHaveTextContent("This computer is then the second factor");
  expect(document.body).toHaveTextContent("does not protect against someone at this computer");
  expect(document.body).toHaveTextContent("You can still type codes from a phone at any time.");
  await click(button("Restore from a backup"));
  expect(title()).toBe("Backup of seeds");
  await press("Escape");
  expect(title()).toBe("Codes for dev");
  await press("Escape");
  expect(title()).toBe("MFA Tray");
});

async function offered(rest = {}) {
  const view = await page();
  view.host.offer.mockResolvedValue(offer(rest));
  await click(button(/^Create a new virtual device/));
  return view;
}

test("says what will happen before anything does", async () => {
  const { host } = await offered({ devices: [`${ARN}phone`, `${ARN}key`] });
  expect(title()).toBe("New MFA device for dev");
  expect(part()).toBe("Step 1 of 4");
  expect(screen.getByText("What will happen")).toHaveFocus();
  expect(document.body).toHaveTextContent("for the user alice in account 1111 2222 3333");
  expect(document.body).toHaveTextContent("You have phone and key already.");
  expect(screen.getByText(`mfa_serial = ${ARN}alice`)).toBeInTheDocument();
  expect(host.create).not.toHaveBeenCalled();
  await click(button("Create the device"));
  expect(host.create).toHaveBeenCalledExactlyOnceWith("dev", null);
});

test.each([
  [" mine ", "mine"],
  ["alice", null],
  ["  ", null],
])("the device is called %j: %j is asked for", async (typed, name) => {
  const { host } = await offered({ config_line: null });
  expect(document.body).toHaveTextContent("Your config file stays as it is.");
  await fireEvent.input(screen.getByLabelText("Device name"), { target: { value: typed } });
  await click(button("Create the device"));
  expect(host.create).toHaveBeenCalledExactlyOnceWith("dev", name);
});

test("an offer that fails says why and can be asked for again", async () => {
  const { host } = await page();
  let refuse: (reason: unknown) => void = () => {};
  host.offer.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await click(button(/^Create a new/));
  expect(screen.getByText("Asking AWS what you have…")).toBeInTheDocument();
  refuse(failure("network", { message: "AWS cannot be reached." }));
  await settled();
  expect(alert()).toHaveTextContent("AWS cannot be reached.");
  await click(button("Try again"));
  expect(button("Create the device")).toBeInTheDocument();
});

test("a creation that cannot begin says why", async () => {
  const { host } = await offered();
  host.create.mockRejectedValueOnce(failure("refused", { message: "That name is taken." }));
  await click(button("Create the device"));
  expect(alert()).toHaveTextContent("That name is taken.");
});

test.each([
  [true, true, ["Remove it at AWS", "Go on with it"]],
  [true, false, ["Go on with it"]],
  [false, true, ["Remove it at AWS"]],
])("what was cut short: resumable %s, removable %s", async (can_resume, can_clean_up, ways) => {
  await offered({ unfinished: { device: `${ARN}alice-2`, can_resume, can_clean_up } });
  const card = screen.getByText("The last time was cut short").closest("section") as HTMLElement;
  expect(card).toHaveTextContent(can_resume ? "its seed is in the keychain" : "its seed was lost");
  expect(
    within(card)
      .getAllByRole("button")
      .map((each) => each.textContent),
  ).toEqual(ways);
  expect(button("Create the device")).toBeInTheDocument();
});

test("what was cut short can be gone on with, or removed and the offer looked at again", async () => {
  const unfinished = { device: `${ARN}alice-2`, can_resume: true, can_clean_up: true };
  const { host } = await offered({ unfinished });
  host.resume.mockRejectedValueOnce(failure("keychain", { message: "The keychain is locked." }));
  await click(button("Go on with it"));
  expect(alert()).toHaveTextContent("The keychain is locked.");
  host.offer.mockResolvedValue(offer());
  await click(button("Remove it at AWS"));
  expect(host.cleanUp).toHaveBeenCalledExactlyOnceWith("dev");
  expect(screen.queryByText("The last time was cut short")).toBeNull();
  expect(host.offer).toHaveBeenCalledTimes(2);
});

test("the whole way of creating is the host's to tell", async () => {
  const { host } = await offered();
  host.create.mockImplementationOnce(async () => {
    host.state = at({ step: "code", devices: [`${ARN}phone`], device: null });
  });
  await click(button("Create the device"));
  expect(boxes()[0], "without waiting for the event").toHaveFocus();
  await host.publish(at({ doing: "creating" }));
  expect(screen.getByText("Creating the device at AWS")).toBeInTheDocument();
  await host.publish(at({ doing: "storing" }));
  expect(screen.getByText("Putting the seed into the keychain")).toBeInTheDocument();
  await host.publish(at({ step: "picture" }));
  expect(heading()).toBe("Keep a copy on your phone");
  expect(screen.getByRole("heading", { level: 2 })).toHaveFocus();
  expect(part()).toBe("Step 2 of 4");
  await host.publish(at({ doing: "enabling" }));
  expect(part()).toBe("Step 3 of 4");
  await host.publish(at({ step: "done" }));
  expect(heading()).toBe("dev is set up");
  expect(part()).toBe("Step 4 of 4");
});

test("a code is typed for the one device there is", async () => {
  const { host } = await page({ step: "code", devices: [`${ARN}phone`] });
  expect(screen.getByRole("group", { name: "Six-digit code of phone" })).toBeInTheDocument();
  host.giveCode.mockRejectedValueOnce(
    failure("code-rejected", { message: "AWS did not accept it.", wait_seconds: 9 }),
  );
  await type("123456");
  expect(host.giveCode).toHaveBeenCalledExactlyOnceWith(`${ARN}phone`, "123456");
  expect(alert()).toHaveTextContent("AWS did not accept it.");
  expect(document.body).toHaveTextContent("A new code in 9 s.");
  expect(digits().join("")).toBe("");
  expect(boxes()[0]).toHaveFocus();
});

test("of several devices one is chosen, and stays so for a second try", async () => {
  const devices = [`${ARN}phone`, `${ARN}key`];
  const { host } = await page({ step: "code", devices });
  await click(screen.getByRole("radio", { name: "key" }));
  await click(button("Use this device"));
  await type("123456");
  expect(host.giveCode).toHaveBeenLastCalledWith(`${ARN}key`, "123456");
  await host.publish(at({ doing: "creating" }));
  await host.publish(
    at({ step: "code", devices, failure: failure("code-used", { message: "Used already." }) }),
  );
  expect(alert()).toHaveTextContent("Used already.");
  await type("654321");
  expect(host.giveCode).toHaveBeenLastCalledWith(`${ARN}key`, "654321");
  await click(button("Another device"));
  expect(screen.getByRole("radio", { name: "phone" })).toHaveFocus();
});

test("a device that nobody lists is typed", async () => {
  const { host } = await page({ step: "code" });
  await fireEvent.input(screen.getByLabelText(/^Serial number/), { target: { value: "GAHT12345678" } });
  await click(button("Next"));
  await type("123456");
  expect(host.giveCode).toHaveBeenCalledExactlyOnceWith("GAHT12345678", "123456");
});

test("the picture is shown in its own window, never here", async () => {
  const { host } = await page({ step: "picture" });
  await click(button("Show the QR code"));
  expect(host.showPicture).toHaveBeenCalledOnce();
  expect(screen.getByText("It is in a window of its own.")).toBeInTheDocument();
  expect(document.querySelector("img, canvas, iframe")).toBeNull();
  for (const text of [
    "alice",
    "1111 2222 3333",
    "9f2c 41d0 77ab e310",
    "this computer is your second factor",
  ])
    expect(document.body).toHaveTextContent(text);
  host.showPicture.mockRejectedValueOnce(failure("other", { message: "No window." }));
  await click(button("Show the QR code"));
  expect(alert()).toHaveTextContent("No window.");
});

test.each(["Skip the phone", "I have scanned it"])("%s goes on and asks nothing", async (name) => {
  const { host } = await page({ step: "picture" });
  await click(button(name));
  expect(host.goOn).toHaveBeenCalledOnce();
  expect(screen.queryByText("Stop?")).toBeNull();
});
