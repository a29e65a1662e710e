import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import {
  action,
  boxes,
  click,
  digits,
  failure,
  paste,
  press,
  profile,
  row,
  session,
  settled,
  shown,
  snapshot,
  status,
  type,
} from "./window";

async function entry() {
  const view = await shown([profile("dev"), profile("other")]);
  await click(action("dev"));
  return view;
}

test("opens in the row with the first box focused, as one labelled group", async () => {
  await entry();
  expect(boxes()[0]).toHaveFocus();
  const group = within(row("dev")).getByRole("group", { name: "Six-digit code for dev" });
  expect(within(group).getAllByRole("textbox")).toHaveLength(6);
  expect(boxes()[0]).toHaveAttribute("autocomplete", "one-time-code");
  expect(
    boxes().every((box) => box.inputMode === "numeric" || box.getAttribute("inputmode") === "numeric"),
  ).toBe(true);
  expect(row("dev")).toHaveTextContent("Code from the device alice-phone");
});

test("goes on to the next box and sends itself at the sixth digit, once", async () => {
  const { host } = await entry();
  await type("12345");
  expect(boxes()[5]).toHaveFocus();
  expect(host.refresh).not.toHaveBeenCalled();
  await type("6");
  expect(host.refresh.mock.calls).toEqual([["dev", "123456", null]]);
});

test("what is not a digit does nothing", async () => {
  await entry();
  await type("a-1 x2");
  expect(digits()).toEqual(["1", "2", "", "", "", ""]);
});

test("backspace clears, then goes back; arrows, Home and End move", async () => {
  await entry();
  await type("123");
  await press("Backspace");
  expect(digits()).toEqual(["1", "2", "", "", "", ""]);
  expect(boxes()[2]).toHaveFocus();
  await press("ArrowLeft");
  await press("ArrowLeft");
  expect(boxes()[0]).toHaveFocus();
  await type("9");
  expect(digits()).toEqual(["9", "2", "", "", "", ""]);
  await press("End");
  expect(boxes()[5]).toHaveFocus();
  await press("Home");
  expect(boxes()[0]).toHaveFocus();
  await press("Delete");
  expect(digits()).toEqual(["", "2", "", "", "", ""]);
});

test.each(["123456", "123 456", " 123-456\n", "１２３４５６"])(
  "takes %j from the clipboard",
  async (text) => {
    const { host } = await entry();
    await type("9");
    await paste(boxes()[1] as Element, text);
    expect(host.refresh).toHaveBeenCalledExactlyOnceWith("dev", "123456", null);
  },
);

test("a pasted part fills from where the keyboard is; too much is ignored", async () => {
  const { host } = await entry();
  await paste(boxes()[0] as Element, "12");
  expect(boxes()[2]).toHaveFocus();
  await paste(boxes()[2] as Element, "1234567");
  expect(digits()).toEqual(["1", "2", "", "", "", ""]);
  expect(host.refresh).not.toHaveBeenCalled();
});

test("takes what arrives without keys, as autofill and input methods send it", async () => {
  const { host } = await entry();
  await fireEvent.input(boxes()[0] as Element, { target: { value: "654321" } });
  expect(host.refresh).toHaveBeenCalledExactlyOnceWith("dev", "654321", null);
});

test("waits with the boxes disabled, and after a failure clears and focuses them with the error in place", async () => {
  const { host } = await entry();
  let refuse: (reason: unknown) => void = () => {};
  host.refresh.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await type("000000");
  expect(boxes()[0]).toBeDisabled();
  refuse(failure("code-rejected", { message: "AWS did not accept that code.", hint: "Try the next one." }));
  await settled();
  const alert = within(row("dev")).getByRole("alert");
  expect(alert).toHaveTextContent("AWS did not accept that code.");
  expect(alert).toHaveTextContent("Try the next one.");
  expect(digits()).toEqual(["", "", "", "", "", ""]);
  expect(boxes()[0]).toBeEnabled();
  expect(boxes()[0]).toHaveFocus();
  await type("111111");
  expect(host.refresh).toHaveBeenCalledTimes(2);
});

test.each([
  ["code-used" as const, "A new code in 12 s.", "A new code in 10 s.", "A new code is there now."],
  ["budget-spent" as const, "Try again in 12 s.", "Try again in 10 s.", "You can try again now."],
])("counts the wait of %s down outside the alert", async (code, first, later, last) => {
  const { host } = await entry();
  host.refresh.mockRejectedValueOnce(failure(code, { wait_seconds: 12 }));
  await type("000000");
  expect(row("dev")).toHaveTextContent(first);
  expect(screen.getByRole("alert")).not.toHaveTextContent(first);
  await vi.advanceTimersByTimeAsync(2100);
  expect(row("dev")).toHaveTextContent(later);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(row("dev")).toHaveTextContent(last);
});

test("a host that breaks its word is still an error that can be read", async () => {
  const { host } = await entry();
  host.refresh.mockRejectedValueOnce("panicked");
  await type("000000");
  expect(screen.getByRole("alert")).toHaveTextContent("MFA Tray did not answer.");
});

test("success closes the entry, says until when, and gives the row the keyboard", async () => {
  const { host } = await entry();
  host.refresh.mockImplementationOnce(async () => {
    host.state = snapshot([profile("dev", session("active", 4320)), profile("other")]);
  });
  await type("123456");
  expect(screen.queryAllByLabelText(/^Digit/)).toEqual([]);
  expect(status()).toBe("dev: session until 09:12");
  expect(row("dev")).toHaveTextContent("1 h 12 m");
  expect(action("dev")).toHaveFocus();
});

test("success does not take the keyboard from where a person went meanwhile", async () => {
  const { host } = await entry();
  let answer: () => void = () => {};
  host.refresh.mockImplementationOnce(() => new Promise((resolve) => (answer = resolve)));
  await type("123456");
  screen.getByRole("searchbox").focus();
  answer();
  await settled();
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("a failure after the entry was closed is told at the top and can be dismissed", async () => {
  const { host } = await entry();
  let refuse: (reason: unknown) => void = () => {};
  host.refresh.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await type("123456");
  await press("Escape");
  refuse(failure("network", { message: "No answer from AWS." }));
  await settled();
  expect(screen.getByText("dev: No answer from AWS.")).toBeInTheDocument();
  await click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByText("dev: No answer from AWS.")).toBeNull();
});

test("with several devices one is picked, and goes with the next code", async () => {
  const { host } = await entry();
  const devices = ["phone", "laptop"].map((name) => `arn:aws:iam::111122223333:mfa/${name}`);
  host.refresh.mockRejectedValueOnce(failure("choose-device", { devices }));
  await type("123456");
  expect(screen.getAllByRole("radio").map((radio) => radio.parentElement?.textContent?.trim())).toEqual([
    "phone",
    "laptop",
  ]);
  expect(screen.getByRole("radio", { name: "phone" })).toHaveFocus();
  await click(screen.getByRole("radio", { name: "laptop" }));
  await click(screen.getByRole("button", { name: "Use this device" }));
  expect(boxes()[0]).toHaveFocus();
  expect(row("dev")).toHaveTextContent("Code from the device laptop");
  await type("654321");
  expect(host.refresh).toHaveBeenLastCalledWith("dev", "654321", devices[1]);
});

test("devices with one name in two paths are told apart by their ARN", async () => {
  const { host } = await entry();
  const devices = ["mfa/a/phone", "mfa/b/phone"].map((end) => `arn:aws:iam::111122223333:${end}`);
  host.refresh.mockRejectedValueOnce(failure("choose-device", { devices }));
  await type("123456");
  expect(screen.getByRole("radio", { name: devices[1] })).toBeInTheDocument();
});

test("an unknown serial is asked for, and goes with the next code", async () => {
  const { host } = await entry();
  host.refresh.mockRejectedValueOnce(failure("serial-needed", { message: "Which device?" }));
  await type("123456");
  const field = screen.getByLabelText("Serial number or ARN of your MFA device");
  expect(field).toHaveFocus();
  expect(field).toHaveAccessibleDescription(/Security credentials/);
  await click(screen.getByRole("button", { name: "Next" }));
  expect(field, "an empty serial goes nowhere").toBeInTheDocument();
  await fireEvent.input(field, { target: { value: " GAHT12345678 " } });
  await click(screen.getByRole("button", { name: "Next" }));
  await type("654321");
  expect(host.refresh).toHaveBeenLastCalledWith("dev", "654321", "GAHT12345678");
});

test("the code is nowhere but in its boxes", async () => {
  await entry();
  await type("48151");
  expect(document.body.innerHTML).not.toContain("48151");
  expect(digits().join("")).toBe("48151");
  await press("Escape");
  await click(action("dev"));
  expect(digits().join(""), "an entry opened again begins empty").toBe("");
});

test("finds out the device before a code is typed, where the profile names none", async () => {
  const serial = "arn:aws:iam::111122223333:mfa/bob-phone";
  const { host } = await shown([profile("dev", { mfa_serial: null })]);
  host.refresh.mockRejectedValueOnce(failure("code-needed", { devices: [serial] }));
  await click(action("dev"));
  await settled();
  expect(host.refresh.mock.calls).toEqual([["dev", null, null]]);
  expect(row("dev")).toHaveTextContent("Code from the device bob-phone");
  expect(boxes()[0]).toHaveFocus();
  await type("123456");
  expect(host.refresh.mock.lastCall).toEqual(["dev", "123456", null]);
});

test("says what stands in the way instead of asking for a code that cannot help", async () => {
  const { host } = await shown([profile("dev", { mfa_serial: null })]);
  host.refresh.mockRejectedValueOnce(failure("refused", { message: "No device.", hint: "Add one." }));
  await click(action("dev"));
  await settled();
  expect(screen.getByRole("alert")).toHaveTextContent("No device.");
  expect(screen.queryAllByRole("textbox", { name: /Digit/ })).toHaveLength(0);
  host.refresh.mockRejectedValueOnce(failure("code-needed", { devices: ["GAHT12345678"] }));
  await click(screen.getByRole("button", { name: "Try again" }));
  await settled();
  expect(boxes()[0]).toHaveFocus();
});
