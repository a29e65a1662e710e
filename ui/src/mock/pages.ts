import type { Enrolment, Failure, Found, Offer, Snapshot } from "../api/types";
import type { Page } from "../router.svelte";
import { at, enrolled, preferences, profile, session, snapshot } from "./scenarios";

export const ARN = "arn:aws:iam::111122223333:mfa/";

export const failure = (rest: Partial<Failure>): Failure => ({
  code: "other",
  about: null,
  message: "",
  hint: null,
  wait_seconds: null,
  devices: [],
  ...rest,
});

export function enrolment(rest: Partial<Enrolment>): Enrolment {
  return {
    profile: "dev",
    way: "create",
    step: "working",
    doing: null,
    since: null,
    until: null,
    device: `${ARN}alice`,
    fingerprint: "9f2c41d077abe310",
    devices: [],
    found: [],
    failure: null,
    can_retry: false,
    can_clean_up: false,
    ...rest,
  };
}

const found = (rest: Partial<Found>): Found => ({
  type: "totp",
  issuer: "Amazon Web Services",
  account: "alice@111122223333",
  algorithm: "SHA1",
  digits: 6,
  period: 30,
  fingerprint: "9f2c41d077abe310",
  problem: null,
  ...rest,
});

const policy = JSON.stringify(
  {
    Sid: "ManageOwnMFADevice",
    Effect: "Allow",
    Action: ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice", "iam:ListMFADevices"],
    Resource: ["arn:aws:iam::111122223333:mfa/*", "arn:aws:iam::111122223333:user/alice"],
  },
  null,
  2,
);
const denied = failure({
  code: "refused",
  message: "AWS does not let alice create an MFA device.",
  hint: `Ask an administrator to allow this:\n${policy}`,
});

const unread = failure({
  message: "There is no QR code in that picture.",
  hint: "Take one that shows the whole code, sharp and with its white edge.",
});

/** Every step of both ways. */
const steps: Record<string, Partial<Enrolment>> = {
  code: { step: "code", device: null, fingerprint: null, devices: [`${ARN}alice-phone`] },
  "code-several": { step: "code", devices: [`${ARN}alice-phone`, `${ARN}alice-key`] },
  "code-again": {
    step: "code",
    devices: [`${ARN}alice-phone`],
    failure: failure({ code: "code-rejected", message: "AWS did not accept that code.", wait_seconds: 20 }),
  },
  creating: { doing: "creating", fingerprint: null },
  picture: { step: "picture" },
  enabling: { doing: "enabling" },
  "next-code": { step: "waiting", doing: "next-code", since: at(-11), until: at(19) },
  spreading: { step: "waiting", doing: "spreading", since: at(-3), until: at(12) },
  session: { doing: "session" },
  failed: {
    step: "failed",
    failure: failure({ code: "network", message: "AWS cannot be reached.", hint: "Check the connection." }),
    can_retry: true,
    can_clean_up: true,
  },
  denied: { step: "failed", device: null, fingerprint: null, failure: denied, can_retry: true },
  done: { step: "done" },
  source: { way: "use", step: "source", device: null, fingerprint: null },
  "source-again": { way: "use", step: "source", device: null, fingerprint: null, failure: unread },
  choose: {
    way: "use",
    step: "choose",
    device: null,
    fingerprint: null,
    found: [
      found({}),
      found({ account: "bob@444455556666", fingerprint: "10aa52ff03be7c44" }),
      found({
        type: "hotp",
        issuer: "Example",
        account: "carol",
        fingerprint: null,
        problem: {
          code: "hotp",
          message: "It counts instead of looking at the clock; AWS does not do that.",
          hint: null,
        },
      }),
    ],
  },
  device: { way: "use", step: "device", device: null, devices: [`${ARN}alice`, `${ARN}alice-phone`] },
  "device-typed": { way: "use", step: "device", device: null },
  proving: { way: "use", doing: "proving" },
};

const dev = (rest = {}) => profile("dev", { favourite: true, mfa_serial: `${ARN}alice`, ...rest });
const live = { ...enrolled, ...session("active", 11 * 3600 + 2 * 60 + 30) };
const one = (rest = {}, more: Partial<Snapshot> = {}) => snapshot([dev(rest), profile("billing")], more);

type Shown = { page: Page; make: () => Snapshot };
const ENROL: Page = { at: "enrol", profile: "dev" };
const PROFILE: Page = { at: "profile", profile: "dev" };

/** What `?mock=NAME` shows besides the list. */
export const pages: Record<string, Shown> = {
  profile: { page: PROFILE, make: () => one(live, { enrolled_devices: 2 }) },
  "profile-no-consent": {
    page: PROFILE,
    make: () => one(live, { enrolled_devices: 2, can_show_seed: false }),
  },
  "profile-typed": { page: PROFILE, make: () => one(session("expiring", 400)) },
  "profile-role": {
    page: { at: "profile", profile: "admin" },
    make: () =>
      snapshot([
        dev(live),
        profile("admin", {
          kind: "role",
          role: "Admin",
          source: "dev",
          user: null,
          renewable: true,
          duration_seconds: 3600,
          longest_seconds: 3600,
          renewal_problem: {
            code: "network",
            message: "AWS cannot be reached.",
            hint: "Check the connection.",
          },
          ...session("active", 3000, 3600),
        }),
      ]),
  },
  activity: { page: { at: "activity", profile: null }, make: () => one(live) },
  round: {
    page: { at: "round" },
    make: () => one(live, { round: { running: false, asks: null, outcomes: [] } }),
  },
  "round-asks": {
    page: { at: "round" },
    make: () =>
      one(live, {
        round: {
          running: true,
          asks: { serial: `${ARN}alice`, profiles: ["billing", "staging"] },
          outcomes: [
            { profile: "dev", failure: null },
            { profile: "qa", failure: failure({ code: "network", message: "AWS cannot be reached." }) },
          ],
        },
      }),
  },
  settings: { page: { at: "settings" }, make: () => one(live, { enrolled_devices: 2 }) },
  "settings-dark": {
    page: { at: "settings" },
    make: () => one(live, { preferences: preferences({ theme: "dark", shortcut: "Ctrl+Alt+M" }) }),
  },
  policies: { page: { at: "policies" }, make: () => one(live) },
  backup: { page: { at: "backup" }, make: () => one(live, { enrolled_devices: 2 }) },
  restore: { page: { at: "backup" }, make: () => one() },
  enrol: { page: ENROL, make: () => one() },
  "enrol-other": {
    page: { at: "enrol", profile: "billing" },
    make: () => one({}, { enrolment: enrolment({}) }),
  },
  "enrol-under-way": {
    page: { at: "list" },
    make: () => one({}, { enrolment: enrolment({ step: "picture" }) }),
  },
  ...Object.fromEntries(
    Object.entries(steps).map(([name, rest]) => [
      `enrol-${name}`,
      {
        page: ENROL,
        make: () => one(rest.step === "done" ? live : {}, { enrolment: enrolment(rest) }),
      },
    ]),
  ),
};

/** What creating would do; `?offer=unfinished`, `lost`, `plain` and `denied` show the others. */
export function offer(which: string | null): Offer {
  if (which === "denied") throw denied;
  const unfinished = { device: `${ARN}alice-2`, can_resume: which === "unfinished", can_clean_up: true };
  return {
    user: "alice",
    account: "111122223333",
    device_name: "alice",
    devices: which === "plain" ? [] : [`${ARN}alice-phone`],
    config_line: which === "plain" ? null : `mfa_serial = ${ARN}alice`,
    unfinished: which === "unfinished" || which === "lost" ? unfinished : null,
  };
}
