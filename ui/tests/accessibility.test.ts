import { fireEvent, screen } from "@testing-library/svelte";
import axe from "axe-core";
import { describe, expect, test, vi } from "vitest";
import type { Snapshot, Tongue } from "../src/api/types";
import { strings } from "../src/strings";
import {
  ARN,
  action,
  activity,
  button,
  click,
  enrolled,
  enrolment,
  failure,
  offer,
  preferences,
  profile,
  session,
  shown,
  snapshot,
  type,
} from "./window";

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
  {
    about: "clock" as const,
    problem: { code: "clock", message: "The clock is wrong.", hint: "Set it." },
    dismissible: true,
  },
];

describe.each<Tongue>(["en", "zh-CN"])("in %s", (language) => {
  const see = (
    profiles: Parameters<typeof shown>[0],
    rest: Partial<Snapshot> = {},
    start?: Parameters<typeof shown>[2],
  ) => shown(profiles, { language, ...rest }, start);

  test("the list", async () => {
    await see(some(), { banners });
    expect(await objections()).toEqual([]);
  });

  test("an open session", async () => {
    await see(some());
    await click(action("dev"));
    expect(await objections()).toEqual([]);
  });

  test.each([
    failure("code-used", { wait_seconds: 12, hint: "Wait." }),
    failure("choose-device", { devices }),
    failure("serial-needed"),
  ])("the code entry after $code", async (failed) => {
    const { host } = await see(some());
    await click(action("staging"));
    host.refresh.mockRejectedValueOnce(failed);
    await type("000000");
    expect(await objections()).toEqual([]);
  });

  test("the empty states", async () => {
    const { host } = await see([], { files_exist: false });
    expect(await objections()).toEqual([]);
    await host.publish(snapshot(some(), { language }));
    await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "zzz" } });
    expect(await objections()).toEqual([]);
  });

  const dev = profile("dev", { ...enrolled, ...session("active", 5000) });
  const at = (page: "profile" | "enrol") => ({ at: page, profile: "dev" });

  test.each(["keychain", "seed-missing", "no-device", "network"] as const)(
    "an enrolled row after %s",
    async (code) => {
      const { host } = await see([profile("dev", enrolled)]);
      host.refresh.mockRejectedValueOnce(failure(code, { hint: 'Ask for:\n{\n  "Effect": "Allow"\n}' }));
      await click(action("dev"));
      expect(await objections()).toEqual([]);
    },
  );

  test.each([
    ["as it opens", () => []],
    ["with its code", () => [strings.profile.showCode]],
    ["asking to forget", () => [strings.profile.forget]],
    ["asking to delete", () => [strings.profile.remove, strings.profile.removeYes]],
    ["asking to end", () => [strings.session.end]],
    ["asking where to write", () => [strings.session.target]],
  ])("the profile page %s", async (_, presses) => {
    await see([dev], {}, at("profile"));
    for (const name of presses()) await click(button(name));
    expect(await objections()).toEqual([]);
  });

  test.each([
    ["the choice", null],
    ["the offer", offer({ devices: [`${ARN}key`] })],
    [
      "what was cut short",
      offer({ unfinished: { device: `${ARN}x`, can_resume: true, can_clean_up: true } }),
    ],
  ])("the enrolment page with %s", async (_, offered) => {
    const { host } = await see([profile("dev")], {}, at("enrol"));
    if (offered) {
      host.offer.mockResolvedValueOnce(offered);
      await click(button(new RegExp(strings.enrol.create)));
    }
    expect(await objections()).toEqual([]);
  });

  const found = (rest = {}) => ({
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
  const problem = { code: "hotp", message: "It counts.", hint: null };
  const wait = {
    since: snapshot([]).now,
    until: new Date(Date.parse(snapshot([]).now) + 30_000).toISOString(),
  };

  test.each([
    enrolment({ step: "source", way: "use", failure: failure("other") }),
    enrolment({ step: "choose", way: "use", found: [found(), found({ fingerprint: null, problem })] }),
    enrolment({ step: "device", way: "use", devices }),
    enrolment({ step: "device", way: "use" }),
    enrolment({ step: "code", devices }),
    enrolment({
      step: "code",
      devices: devices.slice(0, 1),
      failure: failure("code-used", { wait_seconds: 9 }),
    }),
    enrolment({ step: "picture" }),
    enrolment({ step: "working", doing: "creating" }),
    enrolment({ step: "waiting", doing: "next-code", ...wait }),
    enrolment({
      step: "failed",
      failure: failure("refused", { hint: "{}" }),
      can_retry: true,
      can_clean_up: true,
    }),
    enrolment({ step: "done" }),
  ])("the enrolment at $way $step", async (each) => {
    await see([dev], { enrolment: each }, at("enrol"));
    expect(await objections()).toEqual([]);
  });

  test("the question before leaving, and the enrolment in the list", async () => {
    await see([dev, profile("other")], { enrolment: enrolment({ step: "picture" }) });
    expect(await objections()).toEqual([]);
    await click(button(strings.enrol.openIt));
    await click(button(strings.profile.back));
    expect(await objections()).toEqual([]);
  });

  test("the backup page", async () => {
    await see([dev], { enrolled_devices: 1 }, { at: "backup" });
    await click(button(strings.backup.writeIt));
    expect(await objections()).toEqual([]);
  });

  test("the document says which language it is in", async () => {
    await see(some());
    expect(document.documentElement.lang).toBe(language);
  });

  test.each([
    ["as they open", []],
    ["recording keys", ["shortcut"]],
  ] as const)("the settings %s", async (_, presses) => {
    await see([dev], { preferences: preferences({ shortcut: "Ctrl+Alt+M" }) }, { at: "settings" });
    for (const word of presses) await click(button(new RegExp(strings.settings[word])));
    expect(await objections()).toEqual([]);
  });

  test("the settings with one that is wrong and one that was refused", async () => {
    const { host } = await see([dev], {}, { at: "settings" });
    host.changeSettings.mockRejectedValue(failure("file", { hint: "Make it writable." }));
    await fireEvent.input(screen.getByLabelText(strings.settings.pattern), { target: { value: "x" } });
    await click(screen.getByRole("switch", { name: strings.settings.renew }));
    expect(await objections()).toEqual([]);
  });

  test.each([
    { running: false, asks: null, outcomes: [] },
    { running: true, asks: null, outcomes: [{ profile: "dev", failure: null }] },
    {
      running: true,
      asks: { serial: `${ARN}alice`, profiles: ["a", "b"] },
      outcomes: [
        { profile: "dev", failure: null },
        { profile: "qa", failure: failure("code-used", { wait_seconds: 9, hint: "Wait." }) },
      ],
    },
  ])("a round over all profiles (%#)", async (round) => {
    await see([dev, profile("x", { refreshing: true })], { round }, { at: "round" });
    expect(await objections()).toEqual([]);
  });

  test("the profile page with a renewal that failed, and of a role", async () => {
    const role = {
      kind: "role" as const,
      role: "Admin",
      source: "dev",
      longest_seconds: 900,
      duration_seconds: 900,
    };
    await see([profile("dev", { ...role, renewal_problem: problem })], {}, at("profile"));
    expect(await objections()).toEqual([]);
  });

  test.each([
    ["with nothing", []],
    ["with something", [activity("dev"), activity("qa", { event: "failed", until: null, message: "No." })]],
  ])("the activity %s", async (_, entries) => {
    const { host } = await see([dev]);
    host.activity.mockResolvedValue(entries);
    await click(button(strings.settings.title));
    await click(button(strings.settings.activity));
    expect(await objections()).toEqual([]);
  });
});
