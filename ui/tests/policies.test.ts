import { fireEvent, screen, within } from "@testing-library/svelte";
import axe from "axe-core";
import { expect, test, vi } from "vitest";
import type { AccountPlan, PolicyGroup, Tongue } from "../src/api/types";
import { strings } from "../src/strings";
import { click, failure, profile, session, settled, shown } from "./window";

const page = (language: Tongue = "en") => shown([profile("admin")], { language }, { at: "policies" });
const card = (heading: string) =>
  screen.getByRole("heading", { level: 2, name: heading }).closest("section") as HTMLElement;
const press = async (name: string) => {
  await click(screen.getByRole("button", { name }));
  await settled();
};
const choose = (group: string) => fireEvent.click(screen.getByRole("checkbox", { name: group }));

const plan: AccountPlan = {
  account: "111122223333",
  who: "arn:aws:iam::111122223333:user/admin",
  steps: [
    { what: "create-group", name: "", group: "ForceMFA", lines: [] },
    { what: "put-policy", name: "", group: "ForceMFA", lines: ["+ {}"] },
    { what: "add-member", name: "bob", group: "ForceMFA", lines: [] },
  ],
};

test("every group says what it does, what is to know, and its policy", async () => {
  await page();
  await settled();
  expect(screen.getByText("Without MFA, nothing works but setting up an MFA device.")).toBeVisible();
  expect(document.body).toHaveTextContent("DenyAllButEnrolment: Denies the rest.");
  expect(document.body).toHaveTextContent("Put people into ManageMFA as well.");
  expect(document.body).toHaveTextContent('"Version": "2012-10-17"');
});

test("what is chosen is filled in, and what cannot be meant is told", async () => {
  const { host } = await page();
  await settled();
  const field = screen.getByLabelText(/^NamePattern/);
  await fireEvent.change(field, { target: { value: "prod*" } });
  await settled();
  expect(host.policies).toHaveBeenLastCalledWith("admin", [{ name: "NamePattern", value: "prod*" }]);
  host.policies.mockRejectedValue(failure("other", { message: "NamePattern cannot be that." }));
  await fireEvent.change(field, { target: { value: "$" } });
  await settled();
  expect(screen.getByRole("alert")).toHaveTextContent("NamePattern cannot be that.");
  expect(screen.getByText("ForceMFA")).toBeVisible();
});

test("the policies are filled in for the account of the chosen profile", async () => {
  const { host } = await shown([profile("admin"), profile("other")], {}, { at: "policies" });
  await settled();
  expect(host.policies).toHaveBeenLastCalledWith("admin", []);
  let answer = (_groups: PolicyGroup[]) => {};
  host.policies.mockImplementationOnce(() => new Promise((done) => (answer = done)));
  await fireEvent.change(screen.getByLabelText("Administrator's profile"), { target: { value: "other" } });
  await settled();
  expect(host.policies).toHaveBeenLastCalledWith("other", []);
  await fireEvent.change(screen.getByLabelText(/^NamePattern/), { target: { value: "prod*" } });
  await settled();
  answer([]);
  await settled();
  expect(screen.getByText("ForceMFA")).toBeVisible();
});

test("what would be done is shown, and only that is done", async () => {
  const { host } = await page();
  await settled();
  host.accountPeople.mockResolvedValue([
    { name: "bob", mfa: false, key_days: 200 },
    { name: "carol", mfa: null, key_days: null },
  ]);
  host.accountPlan.mockResolvedValue(plan);
  await press("Show users");
  expect(card("Set up in an account")).toHaveTextContent("bob no MFA, key 200 days old, over 90");
  expect(card("Set up in an account")).toHaveTextContent("carol MFA unknown");
  await choose("ForceMFA");
  await choose("bob no MFA, key 200 days old, over 90");
  await fireEvent.input(screen.getByLabelText("New user"), { target: { value: "dan" } });
  await press("Show what would be done");
  expect(host.accountPlan).toHaveBeenCalledWith("admin", {
    groups: ["ForceMFA"],
    settings: [],
    managed: false,
    members: ["bob"],
    new_user: "dan",
    with_key: true,
  });
  const steps = within(card("Set up in an account")).getAllByRole("listitem");
  expect(steps.map((each) => each.textContent?.trim().split("\n")[0]?.trim())).toEqual([
    "Make the group ForceMFA",
    expect.stringMatching(/^Give ForceMFA its policy/),
    "Put bob into ForceMFA",
  ]);
  expect(host.accountApply).not.toHaveBeenCalled();
  host.accountApply.mockResolvedValue({ done: plan.steps, left: [], key_file: "/home/alice/bob.csv" });
  await press("Do this");
  expect(host.accountApply).toHaveBeenCalledOnce();
  expect(card("Set up in an account")).toHaveTextContent("Done: 3 steps.");
  expect(card("Set up in an account")).toHaveTextContent("The access key is in /home/alice/bob.csv");
  expect(screen.getByLabelText("New user")).toHaveValue("");
});

test("another wish takes what was shown away", async () => {
  const { host } = await page();
  await settled();
  host.accountPlan.mockResolvedValue(plan);
  await choose("ForceMFA");
  await press("Show what would be done");
  expect(screen.getByRole("button", { name: "Do this" })).toBeVisible();
  await choose("Ec2RestrictAccess");
  await settled();
  expect(screen.queryByRole("button", { name: "Do this" })).toBeNull();
});

test("the last run is taken back once it was shown", async () => {
  const { host } = await page();
  await settled();
  host.accountUndoPlan.mockResolvedValue({ ...plan, who: null });
  await press("Undo the last run");
  expect(card("Set up in an account")).toHaveTextContent("Take bob out of ForceMFA");
  const step = { what: "create-group" as const, name: "", group: "ForceMFA", lines: [] };
  host.accountApply.mockResolvedValue({
    done: [],
    left: [{ step, reason: "something else uses it" }],
    key_file: null,
  });
  await press("Take it back");
  expect(card("Set up in an account")).toHaveTextContent(
    "Left as it is: Delete the group ForceMFA (something else uses it)",
  );
});

test("a refusal is told where it was asked", async () => {
  const { host } = await page();
  await settled();
  host.accountPeople.mockRejectedValue(
    failure("refused", { message: "iam:ListUsers: no", hint: "Use the profile of an administrator." }),
  );
  await press("Show users");
  expect(within(card("Set up in an account")).getByRole("alert")).toHaveTextContent("iam:ListUsers: no");
});

test("the profile's page finds out whether MFA is demanded", async () => {
  const { host } = await shown(
    [profile("dev", session("active", 3600))],
    {},
    { at: "profile", profile: "dev" },
  );
  host.coverage.mockResolvedValue({
    enforced: false,
    tried: "ec2:DescribeRegions",
    permissions: [{ action: "iam:EnableMFADevice", allowed: false, statement: '{"Effect":"Allow"}' }],
  });
  await press("Find out");
  expect(host.coverage).toHaveBeenCalledWith("dev");
  const found = card("Am I covered?");
  expect(found).toHaveTextContent("MFA is NOT enforced: ec2:DescribeRegions works without it too.");
  expect(found).toHaveTextContent("iam:EnableMFADevice: missing");
  expect(found).toHaveTextContent('{"Effect":"Allow"}');
});

test.each<Tongue>(["en", "zh-CN"])("nothing in it stands in anybody's way in %s", async (language) => {
  const { host } = await page(language);
  await settled();
  host.accountPlan.mockResolvedValue(plan);
  await choose("ForceMFA");
  await press(strings.policies.preview);
  vi.useRealTimers();
  const result = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
  expect(result.violations.map((each) => each.id)).toEqual([]);
  expect(document.body.textContent).toContain(strings.policies.step(plan.steps[0] as never));
});
