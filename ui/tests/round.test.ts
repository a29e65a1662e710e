import { screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Round } from "../src/api/types";
import {
  ARN,
  boxes,
  button,
  click,
  digits,
  failure,
  press,
  profile,
  session,
  shown,
  snapshot,
  title,
  type,
} from "./window";

const some = () => [
  profile("dev", session("active", 4320)),
  profile("qa"),
  profile("staging", { refreshing: true }),
];
const round = (rest: Partial<Round> = {}): Round => ({ running: true, asks: null, outcomes: [], ...rest });
const at = (rest: Partial<Round> | null) => snapshot(some(), { round: rest && round(rest) });
const page = (rest: Partial<Round>) => shown(some(), { round: round(rest) }, { at: "round" });
const asks = { serial: `${ARN}alice`, profiles: ["dev", "qa"] };
const items = () =>
  screen.queryAllByRole("listitem").map((item) => item.textContent?.replace(/\s+/g, " ").trim());

test("the footer begins one and leads to it", async () => {
  const { host } = await shown(some());
  host.refreshAll.mockImplementationOnce(async () => {
    host.state = at({});
  });
  await click(button("Refresh all"));
  expect(host.refreshAll).toHaveBeenCalledOnce();
  expect(title()).toBe("Refresh all");
  expect(document.body).toHaveTextContent("Looking at your profiles…");
});

test("one that runs is shown, not begun again", async () => {
  const { host } = await shown(some(), { round: round() });
  await click(button("Refresh all"));
  expect(title()).toBe("Refresh all");
  expect(host.refreshAll).not.toHaveBeenCalled();
});

test("where nothing could be refreshed there is no button", async () => {
  await shown([profile("sso", { kind: "managed" })]);
  expect(screen.queryByRole("button", { name: "Refresh all" })).toBeNull();
});

test("one that cannot begin says why and can be tried again", async () => {
  const { host } = await shown(some());
  host.refreshAll.mockRejectedValueOnce(failure("file", { message: "The files cannot be read." }));
  await click(button("Refresh all"));
  expect(screen.getByRole("alert")).toHaveTextContent("The files cannot be read.");
  expect(document.body).not.toHaveTextContent("Every session is good.");
  await click(button("Try again"));
  expect(screen.queryByRole("alert")).toBeNull();
  expect(host.refreshAll).toHaveBeenCalledTimes(2);
});

test("an empty one says that all is well", async () => {
  await page({ running: false });
  expect(document.body).toHaveTextContent("Every session is good.");
});

test("says who is done, who failed and why, whose turn it is, and how far it is", async () => {
  const network = failure("network", { message: "AWS cannot be reached." });
  const { host } = await page({ outcomes: [{ profile: "dev", failure: null }] });
  expect(items()).toEqual(["dev Session until 09:12.", "staging Asking AWS…"]);
  expect(document.body).toHaveTextContent("1 done so far…");
  const outcomes = [
    { profile: "dev", failure: null },
    { profile: "qa", failure: network },
  ];
  await host.publish(at({ running: false, outcomes }));
  expect(items()).toEqual(["dev Session until 09:12.", "qa AWS cannot be reached."]);
  expect(document.querySelector("main [role=status]")).toHaveTextContent("1 done, 1 failed.");
});

test("asks for one code of a device, and says whom it is for", async () => {
  const { host } = await page({ asks });
  expect(screen.getByRole("heading", { name: "Code of the device alice" })).toBeInTheDocument();
  expect(document.body).toHaveTextContent("For: dev, qa");
  expect(boxes()[0]).toHaveFocus();
  host.roundCode.mockRejectedValueOnce(failure("code-used", { message: "Used.", wait_seconds: 12 }));
  await type("481203");
  expect(host.roundCode).toHaveBeenCalledExactlyOnceWith(`${ARN}alice`, "481203");
  expect(screen.getByRole("alert")).toHaveTextContent("Used.");
  expect(digits().join("")).toBe("");
  expect(boxes()[0]).toHaveFocus();
  host.roundCode.mockImplementationOnce(async () => {
    host.state = at({});
  });
  await type("481204");
  expect(screen.queryAllByLabelText(/^Digit/)).toEqual([]);
  expect(screen.getByRole("heading", { level: 1 }), "the keyboard is not lost").toHaveFocus();
});

test("another device begins with empty boxes; one can be skipped", async () => {
  const { host } = await page({ asks });
  await type("481");
  await host.publish(at({ asks: { serial: `${ARN}bob`, profiles: ["x"] } }));
  expect(screen.getByRole("heading", { name: "Code of the device bob" })).toBeInTheDocument();
  expect(digits().join("")).toBe("");
  host.roundSkip.mockImplementationOnce(async () => {
    host.state = at({ running: false });
  });
  await click(button("Skip"));
  expect(host.roundSkip).toHaveBeenCalledExactlyOnceWith(`${ARN}bob`);
  expect(screen.queryAllByLabelText(/^Digit/)).toEqual([]);
});

test.each(["Close", "Escape"])("%s puts it away", async (way) => {
  const { host } = await page({ running: false });
  host.roundClose.mockImplementationOnce(async () => {
    host.state = at(null);
  });
  if (way === "Escape") await press("Escape");
  else await click(button("Close"));
  expect(host.roundClose).toHaveBeenCalledOnce();
  expect(title()).toBe("MFA Tray");
});

test("the tray may ask for it", async () => {
  const { host } = await shown(some());
  const ask = { at: "round" as const, profile: "", sequence: 3, failure: null };
  await host.publish({ ...at({ asks }), ask });
  expect(title()).toBe("Refresh all");
  expect(boxes()[0]).toHaveFocus();
});
