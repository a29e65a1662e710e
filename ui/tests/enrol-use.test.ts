import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Enrolment, Found } from "../src/api/types";
import {
  ARN,
  button,
  click,
  enrolment,
  failure,
  press,
  profile,
  settled,
  shown,
  snapshot,
  title,
} from "./window";

const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const DEV = { at: "enrol", profile: "dev" } as const;
const fresh = { device: null, fingerprint: null };
const at = (rest: Partial<Enrolment> | null) =>
  snapshot([profile("dev")], { enrolment: rest && enrolment({ way: "use", ...fresh, ...rest }) });
const page = async (rest: Partial<Enrolment> | null) =>
  shown([profile("dev")], { enrolment: rest && enrolment({ way: "use", ...fresh, ...rest }) }, DEV);
const field = () => screen.getByLabelText<HTMLInputElement>(/^Or its secret key/, { selector: "input" });
const fill = (value: string) => fireEvent.input(field(), { target: { value } });
const everything = () => {
  const values = [...document.querySelectorAll("input, textarea")].map(
    (each) => (each as HTMLInputElement).value,
  );
  return [document.documentElement.outerHTML, ...values].join("\n");
};

test("begins at the host, and a refusal stands in place", async () => {
  const { host } = await page(null);
  host.use.mockRejectedValueOnce(failure("keychain", { message: "The keychain is locked." }));
  await click(button(/^Use one I have/));
  expect(screen.getByRole("alert")).toHaveTextContent("The keychain is locked.");
  host.use.mockImplementationOnce(async () => {
    host.state = at({ step: "source" });
  });
  await click(button(/^Use one I have/));
  expect(host.use).toHaveBeenLastCalledWith("dev");
  expect(title()).toBe("Use an MFA device of dev");
});

test.each([
  ["A picture file…", "file"],
  ["The clipboard", "clipboard"],
  ["A part of the screen…", "screen"],
])("%s: progress and failure in place", async (name, from) => {
  const { host } = await page({ step: "source" });
  let refuse: (reason: unknown) => void = () => {};
  host.readPicture.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await click(button(name));
  expect(host.readPicture).toHaveBeenCalledExactlyOnceWith(from);
  expect(screen.getByText("Reading…")).toBeInTheDocument();
  expect(button(name)).toBeDisabled();
  refuse(failure("other", { message: "There is no QR code in that picture.", hint: "Take a sharper one." }));
  await settled();
  expect(screen.getByRole("alert")).toHaveTextContent(
    "There is no QR code in that picture. Take a sharper one.",
  );
  expect(button(name)).toBeEnabled();
});

test("a dialog that was closed is not a failure", async () => {
  const { host } = await page({ step: "source" });
  host.readPicture.mockRejectedValueOnce(failure("dismissed"));
  await click(button("A picture file…"));
  await host.publish(at({ step: "source", failure: failure("dismissed") }));
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a picture that was dropped and could not be read says so", async () => {
  const { host } = await page({ step: "source" });
  expect(document.body).toHaveTextContent("Or drop a picture of it on this window.");
  await host.publish(at({ step: "source", failure: failure("other", { message: "That is no picture." }) }));
  expect(screen.getByRole("alert")).toHaveTextContent("That is no picture.");
});

test.each([SECRET, `otpauth://totp/alice?secret=${SECRET}`])(
  "the text %s is sent once and kept nowhere",
  async (text) => {
    const { host } = await page({ step: "source" });
    expect(field()).toHaveAttribute("type", "password");
    await fill(text);
    expect(document.documentElement.outerHTML).not.toContain(SECRET);
    let answer: () => void = () => {};
    host.readText.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
    await click(button("Read it"));
    expect(host.readText).toHaveBeenCalledExactlyOnceWith(text);
    expect(everything(), "gone while the host still reads").not.toContain(SECRET);
    host.state = at({ step: "device", fingerprint: "9f2c41d077abe310", devices: [`${ARN}alice`] });
    answer();
    await settled();
    expect(screen.getByText("9f2c 41d0 77ab e310")).toBeInTheDocument();
    expect(everything()).not.toContain(SECRET);
  },
);

test("a text that cannot be read is gone too", async () => {
  const { host } = await page({ step: "source" });
  host.readText.mockRejectedValueOnce(failure("other", { message: "That is no secret key." }));
  await click(button("Show: Or its secret key, or the otpauth:// address"));
  expect(field()).toHaveAttribute("type", "text");
  await fill("nonsense");
  await click(button("Read it"));
  expect(screen.getByRole("alert")).toHaveTextContent("That is no secret key.");
  expect(field()).toHaveValue("");
  expect(field()).toHaveAttribute("type", "password");
  await click(button("Read it"));
  expect(host.readText, "nothing is not sent").toHaveBeenCalledOnce();
  expect(field()).toHaveFocus();
});

const found = (rest: Partial<Found> = {}): Found => ({
  type: "totp",
  issuer: "AWS",
  account: "alice",
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  fingerprint: "9f2c41d077abe310",
  problem: null,
  ...rest,
});
const counting = { code: "hotp", message: "It counts instead of looking at the clock.", hint: null };

test("of several seeds one is chosen; what AWS cannot use says why and cannot be", async () => {
  const { host } = await page({
    step: "choose",
    found: [
      found({ issuer: null, account: null, fingerprint: null, problem: counting }),
      found(),
      found({ account: "bob", fingerprint: "10aa52ff03be7c44" }),
    ],
  });
  const radios = screen.getAllByRole<HTMLInputElement>("radio");
  expect(radios.map((each) => each.disabled)).toEqual([true, false, false]);
  expect(radios[1]).toHaveFocus();
  expect(document.body).toHaveTextContent("It counts instead of looking at the clock.");
  expect(document.body).toHaveTextContent("10aa 52ff 03be 7c44");
  await click(radios[2] as Element);
  host.choose.mockRejectedValueOnce(failure("other", { message: "Gone." }));
  await click(button("Use this one"));
  expect(host.choose).toHaveBeenCalledExactlyOnceWith(2);
  expect(screen.getByRole("alert")).toHaveTextContent("Gone.");
});

test("where none of them can be used there is nothing to press", async () => {
  await page({ step: "choose", found: [found({ fingerprint: null, problem: counting })] });
  expect(screen.queryByRole("button", { name: "Use this one" })).toBeNull();
  expect(screen.getByRole("heading", { level: 2 })).toHaveFocus();
});

const devices = [`${ARN}alice`, `${ARN}phone`];

test("the device is one AWS lists, or typed", async () => {
  const { host } = await page({ step: "device", fingerprint: "9f2c41d077abe310", devices });
  expect(screen.getByRole("radio", { name: "alice" })).toHaveFocus();
  await click(screen.getByRole("radio", { name: "phone" }));
  await click(button("Use this device"));
  expect(host.chooseDevice).toHaveBeenLastCalledWith(`${ARN}phone`);
  await click(button("Another serial…"));
  const serial = screen.getByLabelText(/^Serial number/);
  expect(serial).toHaveFocus();
  await press("Escape");
  expect(screen.getByRole("radio", { name: "alice" }), "one step back").toHaveFocus();
  await click(button("Another serial…"));
  await fireEvent.input(screen.getByLabelText(/^Serial number/), { target: { value: ` ${ARN}other ` } });
  await click(button("Next"));
  expect(host.chooseDevice).toHaveBeenLastCalledWith(`${ARN}other`);
});

test("a device that was not right is told of", async () => {
  const { host } = await page({ step: "device" });
  expect(screen.getByLabelText(/^Serial number/)).toHaveFocus();
  await host.publish(at({ step: "device", failure: failure("other", { message: "No such device." }) }));
  expect(screen.getByRole("alert")).toHaveTextContent("No such device.");
});

test.each(["source", "choose", "device"] as const)(
  "Escape at %s asks nothing and goes back to the choice",
  async (step) => {
    const { host } = await page({ step, devices, found: [found()] });
    host.stop.mockImplementationOnce(async () => {
      host.state = at(null);
    });
    await press("Escape");
    expect(host.stop).toHaveBeenCalledOnce();
    expect(title()).toBe("Codes for dev");
  },
);

test("leaving while a seed is tried says that one can begin again", async () => {
  await page({ step: "working", doing: "proving" });
  await press("Escape");
  expect(screen.getByRole("form", { name: "Stop?" })).toHaveTextContent("You can begin again at any time.");
});
