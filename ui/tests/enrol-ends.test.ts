import { screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { Enrolment } from "../src/api/types";
import {
  ARN,
  action,
  button,
  click,
  enrolled,
  enrolment,
  failure,
  inSeconds,
  press,
  profile,
  session,
  shown,
  snapshot,
  title,
} from "./window";

const DEV = { at: "enrol", profile: "dev" } as const;
const both = () => [profile("dev"), profile("other")];
const page = (each: Partial<Enrolment> | null = null) =>
  shown(both(), { enrolment: each && enrolment(each) }, DEV);
const at = (rest: Partial<Enrolment> | null) => snapshot(both(), { enrolment: rest && enrolment(rest) });
const heading = () => screen.getByRole("heading", { level: 2 }).textContent;
const alert = () => screen.getByRole("alert");

test("a wait shows its seconds and says them once", async () => {
  await page({ step: "waiting", doing: "next-code", since: inSeconds(-11), until: inSeconds(19) });
  const said = screen.getByText("Waiting for the next code").closest("[role=status]");
  expect(said).toHaveTextContent("about 30 s");
  const ring = () => document.querySelector("svg text")?.textContent;
  expect(ring()).toBe("19");
  await vi.advanceTimersByTimeAsync(4100);
  expect(ring()).toBe("15");
  expect(said, "what is read out does not change by the second").toHaveTextContent("about 30 s");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ring()).toBe("0");
});

test.each([
  [true, true, ["Leave", "Remove the device", "Try again"]],
  [true, false, ["Leave", "Try again"]],
  [false, true, ["Leave", "Remove the device"]],
  [false, false, ["Leave"]],
])("after a failure: another try %s, removal %s", async (can_retry, can_clean_up, ways) => {
  const failed = failure("network", { message: "AWS cannot be reached.", hint: "Check the connection." });
  const { host } = await page({ step: "failed", failure: failed, can_retry, can_clean_up });
  expect(alert()).toHaveTextContent("AWS cannot be reached. Check the connection.");
  expect(screen.getByRole("heading", { level: 2 })).toHaveFocus();
  const main = screen.getByRole("main");
  expect(
    within(main)
      .getAllByRole("button")
      .map((each) => each.textContent?.trim()),
  ).toEqual(ways);
  if (can_retry) await click(button("Try again"));
  if (can_clean_up) await click(button("Remove the device"));
  expect(host.goOn).toHaveBeenCalledTimes(can_retry ? 1 : 0);
  expect(host.cleanUp.mock.calls).toEqual(can_clean_up ? [["dev"]] : []);
  host.stop.mockImplementationOnce(async () => {
    host.state = at(null);
  });
  await click(button("Leave"));
  expect(host.stop).toHaveBeenCalledOnce();
  expect(title()).toBe("MFA Tray");
});

test("done: says until when and what, and closes", async () => {
  const ready = [profile("dev", { ...enrolled, ...session("active", 4320) })];
  const { host } = await shown(ready, { enrolment: enrolment({ step: "done" }), enrolled_devices: 1 }, DEV);
  expect(document.body).toHaveTextContent("Session until 09:12.");
  expect(document.body).toHaveTextContent("9f2c 41d0 77ab e310");
  expect(document.body).toHaveTextContent("A backup of the seed is wise.");
  host.stop.mockImplementationOnce(async () => {
    host.state = snapshot(ready);
  });
  await click(button("Close"));
  expect(host.stop).toHaveBeenCalledOnce();
  expect(action("dev")).toHaveFocus();
});

test("done offers renewal by itself where it is possible", async () => {
  const ready = (rest = {}) => [profile("dev", { ...enrolled, renew: false, ...rest })];
  const { host } = await shown(ready(), { enrolment: enrolment({ step: "done" }) }, DEV);
  const renew = () => screen.queryByRole("switch", { name: "Renew by itself" });
  expect(renew()).not.toBeChecked();
  host.changeProfile.mockImplementationOnce(async () => {
    host.state = { ...host.state, profiles: ready({ renew: true }) };
  });
  await click(renew() as HTMLElement);
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what: "renew", value: true });
  expect(renew()).toBeChecked();
  await host.publish({ ...host.state, profiles: ready({ renewable: false }) });
  expect(renew()).toBeNull();
});

test("done leads to the backup, and from there back to where it began", async () => {
  const { host } = await page({ step: "done" });
  await click(button("Back up seeds…"));
  expect(host.stop).toHaveBeenCalledOnce();
  expect(title()).toBe("Backup of seeds");
  await press("Escape");
  expect(title()).toBe("MFA Tray");
});

const running = ["working", "waiting", "picture", "code"] as const;
test.each(running)("leaving at %s asks once, and stops", async (step) => {
  const { host } = await page({ step, devices: [`${ARN}phone`] });
  await press("Escape");
  expect(screen.getByRole("form", { name: "Stop?" })).toHaveTextContent("What is done at AWS stays there.");
  expect(host.stop).not.toHaveBeenCalled();
  await press("Escape");
  expect(screen.queryByText("Stop?"), "Escape takes the question back").toBeNull();
  await click(button("Back"));
  await click(button("Go on"));
  expect(title()).toBe("New MFA device for dev");
  await click(button("Back"));
  host.stop.mockRejectedValueOnce(failure("other", { message: "It does not stop." }));
  await click(button("Stop"));
  expect(document.body).toHaveTextContent("It does not stop.");
  host.stop.mockImplementationOnce(async () => {
    host.state = at(null);
  });
  await click(button("Stop"));
  expect(title()).toBe("MFA Tray");
});

test("a question about what has ended by itself goes away", async () => {
  const { host } = await page({ doing: "session" });
  await click(button("Back"));
  await host.publish(at({ step: "done" }));
  expect(screen.queryByText("Stop?")).toBeNull();
});

test("one enrolment at a time: another profile's is told of and led to", async () => {
  await shown(both(), { enrolment: enrolment({ profile: "other", step: "picture" }) }, DEV);
  expect(document.body).toHaveTextContent("An MFA device for other is being set up.");
  expect(screen.queryByRole("button", { name: /^Create a new/ })).toBeNull();
  await click(button("Open"));
  expect(title()).toBe("New MFA device for other");
});

test("the list says that one is under way, and leads back to where it stands", async () => {
  await shown(both(), { enrolment: enrolment({ step: "picture" }) });
  expect(screen.getByText("An MFA device for dev is being set up.")).toBeInTheDocument();
  await click(button("Open"));
  expect(heading()).toBe("Keep a copy on your phone");
});
