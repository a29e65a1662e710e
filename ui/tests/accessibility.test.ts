import { fireEvent, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, test, vi } from "vitest";
import { action, click, failure, profile, session, shown, snapshot, type } from "./window";

/** What axe objects to. Colours need a real browser; the tokens' contrast is tested in tokens.test.ts. */
async function objections() {
  vi.useRealTimers();
  const result = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  return result.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`);
}

const some = () => [
  profile("dev", { favourite: true, ...session("active", 5000) }),
  profile("staging"),
  profile("role", { kind: "role", role: "Admin" }),
];
const devices = ["a", "b"].map((name) => `arn:aws:iam::111122223333:mfa/${name}`);
const banners = [
  { about: "clock" as const, problem: { code: "clock", message: "The clock is wrong.", hint: "Set it." } },
];

test("the list", async () => {
  await shown(some(), { banners });
  expect(await objections()).toEqual([]);
});

test("an open session", async () => {
  await shown(some());
  await click(action("dev"));
  expect(await objections()).toEqual([]);
});

test.each([
  failure("code-used", { wait_seconds: 12, hint: "Wait." }),
  failure("choose-device", { devices }),
  failure("serial-needed"),
])("the code entry after $code", async (failed) => {
  const { host } = await shown(some());
  await click(action("staging"));
  host.refresh.mockRejectedValueOnce(failed);
  await type("000000");
  expect(await objections()).toEqual([]);
});

test("the empty states", async () => {
  const { host } = await shown([], { files_exist: false });
  expect(await objections()).toEqual([]);
  await host.publish(snapshot(some()));
  await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "zzz" } });
  expect(await objections()).toEqual([]);
});
