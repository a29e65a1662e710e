import { fireEvent, screen, within } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import type { Profile } from "../src/api/types";
import {
  activity,
  button,
  click,
  enrolled,
  failure,
  inSeconds,
  names,
  preferences,
  press,
  profile,
  row,
  session,
  settled,
  shown,
  snapshot,
  title,
} from "./window";

const dev = (rest: Partial<Profile> = {}) =>
  profile("dev", { ...enrolled, ...session("active", 39_750), ...rest });
const page = (each = dev()) => shown([each], {}, { at: "profile", profile: "dev" });
const card = (heading: string) =>
  screen.getByRole("heading", { level: 2, name: heading }).closest("section") as HTMLElement;
const slider = () => screen.getByRole<HTMLInputElement>("slider", { name: "Session length" });
const renew = () => screen.getByRole("switch", { name: "Renew by itself" });

async function drag(to: number, { release = true } = {}) {
  await fireEvent.input(slider(), { target: { value: String(to) } });
  if (release) await fireEvent.change(slider());
  await settled();
}

test("the length is shown while the knob moves, and sent once it rests", async () => {
  const { host } = await page();
  expect(slider()).toHaveAttribute("aria-valuetext", "12 h");
  expect(card("Session length")).toHaveTextContent("15 min");
  expect(card("Session length")).toHaveTextContent("36 h");
  await drag(0, { release: false });
  await drag(1, { release: false });
  expect(slider()).toHaveAttribute("aria-valuetext", "30 min");
  expect(host.changeProfile).not.toHaveBeenCalled();
  host.changeProfile.mockImplementationOnce(async () => {
    host.state = snapshot([dev({ duration_seconds: 3600 })]);
  });
  await drag(3);
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what: "duration", value: 3600 });
  expect(slider()).toHaveAttribute("aria-valuetext", "1 h");
});

test("a length that is refused says why and goes back; the default is a press away", async () => {
  const { host } = await page();
  host.changeProfile.mockRejectedValueOnce(failure("file", { message: "Cannot write the settings." }));
  await drag(0);
  expect(slider()).toHaveAttribute("aria-valuetext", "12 h");
  expect(slider()).toHaveAccessibleDescription("Cannot write the settings.");
  await click(button("Use the default length"));
  expect(host.changeProfile).toHaveBeenLastCalledWith("dev", { what: "duration", value: null });
  expect(screen.queryByRole("alert")).toBeNull();
});

test("where there is one length only, there is nothing to slide", async () => {
  await page(dev({ duration_seconds: 3600, shortest_seconds: 3600, longest_seconds: 3600 }));
  expect(screen.queryByRole("slider")).toBeNull();
  expect(card("Session length")).toHaveTextContent("1 h");
  expect(card("Session length")).toHaveTextContent("AWS allows no other length here.");
});

test("renewal is switched", async () => {
  const { host } = await page();
  expect(renew()).toBeChecked();
  await click(renew());
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what: "renew", value: false });
});

test("renewal that cannot be is off and says why", async () => {
  await page(profile("dev"));
  expect(renew()).toBeDisabled();
  expect(renew()).not.toBeChecked();
  expect(renew()).toHaveAccessibleDescription("Not possible here: codes for this profile are typed.");
});

test("a renewal that failed is told of", async () => {
  await page(
    dev({ renewal_problem: { code: "network", message: "No answer.", hint: "Check the network." } }),
  );
  expect(card("Session length")).toHaveTextContent(/It is tried again.\s*No answer.\s*Check the network./);
});

test.each([
  [10, ["Off", "5 min", "10 min", "15 min", "30 min", "1 h"]],
  [7, ["Off", "5 min", "7 min", "10 min", "15 min", "30 min", "1 h"]],
])("told %d min before: the choices are %j", async (notice_minutes, texts) => {
  const { host } = await page(dev({ notice_minutes }));
  const select = screen.getByLabelText<HTMLSelectElement>("Tell me before it ends");
  expect(select).toHaveDisplayValue(`${notice_minutes} min`);
  expect([...select.options].map((option) => option.text)).toEqual(texts);
  select.selectedIndex = 0;
  await fireEvent.change(select);
  await settled();
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what: "notice-minutes", value: 0 });
});

test.each([
  ["renew", () => renew(), { renew: true }, { renew: false }, "off"],
  [
    "notice-minutes",
    () => screen.getByLabelText("Tell me before it ends"),
    { notice_minutes: 30 },
    {},
    "10 min",
  ],
] as const)("%s goes back to what the settings say", async (what, control, own, general, said) => {
  const settings = preferences({ renew: true, notice_minutes: 10, ...general });
  const seen = (rest: Partial<Profile>) =>
    snapshot([dev({ renew: settings.renew, notice_minutes: 10, ...rest })], { preferences: settings });
  const { host } = await page();
  await host.publish(seen({}));
  expect(screen.queryByRole("button", { name: /general setting/ }), "nothing to go back from").toBeNull();
  await host.publish(seen(own));
  host.changeProfile.mockImplementationOnce(async () => {
    host.state = seen({});
  });
  await click(button(`Use the general setting (${said})`));
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what, value: null });
  expect(screen.queryByRole("button", { name: /general setting/ })).toBeNull();
  expect(control()).toHaveFocus();
});

const WRITE = "Write it to another profile…";
const field = () => screen.getByRole<HTMLInputElement>("textbox", { name: "Profile to write sessions to" });
async function write(text: string) {
  await fireEvent.input(field(), { target: { value: text } });
  await vi.advanceTimersByTimeAsync(350);
  await settled();
}

test("a new target is tried while it is typed, once the hand rests, and then saved", async () => {
  const { host } = await page();
  await click(button(WRITE));
  expect(field()).toHaveFocus();
  expect(field()).toHaveValue("dev-mfa");
  for (const text of ["t", "ta", "tak"]) await fireEvent.input(field(), { target: { value: text } });
  expect(host.checkTarget).not.toHaveBeenCalled();
  host.checkTarget.mockRejectedValueOnce(
    failure("file", { message: "taken holds keys.", hint: "dev-2 is free." }),
  );
  await write("taken");
  expect(host.checkTarget).toHaveBeenCalledExactlyOnceWith("dev", "taken");
  expect(field()).toBeInvalid();
  expect(field()).toHaveAccessibleDescription(/taken holds keys\. dev-2 is free\./);
  expect(button("Save")).toBeDisabled();
  await write(" dev-2 ");
  expect(field()).toHaveAccessibleDescription("dev-2 can be used.");
  host.changeProfile.mockImplementationOnce(async () => {
    host.state = snapshot([dev({ target: "dev-2" })]);
  });
  await click(button("Save"));
  expect(host.changeProfile).toHaveBeenCalledExactlyOnceWith("dev", { what: "target", value: "dev-2" });
  expect(document.body).toHaveTextContent("Sessions are written to dev-2 from now on.");
  expect(screen.getByText("Written to").nextElementSibling).toHaveTextContent("dev-2");
  expect(button(WRITE)).toHaveFocus();
});

test("an answer about a name that does not stand there any more is not shown", async () => {
  const { host } = await page();
  await click(button(WRITE));
  let refuse: (reason: unknown) => void = () => {};
  host.checkTarget.mockImplementationOnce(() => new Promise((_, reject) => (refuse = reject)));
  await write("one");
  await fireEvent.input(field(), { target: { value: "two" } });
  refuse(failure("file", { message: "one is taken." }));
  await settled();
  expect(document.body).not.toHaveTextContent("one is taken.");
  await write("");
  expect(field()).toHaveAccessibleDescription("The name is missing.");
  expect(button("Save")).toBeDisabled();
});

test("a target that cannot be saved says why; the default is a press away; Escape closes the form first", async () => {
  const { host } = await page();
  await click(button(WRITE));
  await write("x");
  host.changeProfile.mockRejectedValueOnce(failure("file", { message: "Cannot write the settings." }));
  await click(button("Save"));
  expect(screen.getByRole("alert")).toHaveTextContent("Cannot write the settings.");
  await click(button("Use the default"));
  expect(host.changeProfile).toHaveBeenLastCalledWith("dev", { what: "target", value: null });
  await click(button(WRITE));
  await press("Escape");
  expect(button(WRITE)).toHaveFocus();
  expect(title()).toBe("dev");
});

test("the lines to paste follow the shell", async () => {
  await page(dev({ target: "my profile" }));
  const lines = () => [...card("Use it").querySelectorAll("code")].map((each) => each.textContent);
  expect(lines()).toEqual(["export AWS_PROFILE='my profile'", "export AWS_REGION=eu-west-1"]);
  const shell = screen.getByLabelText<HTMLSelectElement>("Shell");
  shell.value = "fish";
  await fireEvent.change(shell);
  await settled();
  expect(lines()).toEqual(["set -gx AWS_PROFILE 'my profile'", "set -gx AWS_REGION eu-west-1"]);
});

test("without a region or a target there is no line for it", async () => {
  const { host } = await page(dev({ region: null }));
  expect(card("Use it").querySelectorAll("code")).toHaveLength(1);
  await host.publish(snapshot([dev({ target: null })]));
  expect(screen.queryByRole("heading", { name: "Use it" })).toBeNull();
});

test("a session is ended after a question in place", async () => {
  const { host } = await page();
  await click(button("End session"));
  expect(host.endSession).not.toHaveBeenCalled();
  expect(card("Session length")).toHaveTextContent("The session is taken out of dev-mfa.");
  await press("Escape");
  expect(title()).toBe("dev");
  await click(button("End session"));
  const form = screen.getByRole("form", { name: "End session" });
  host.endSession.mockRejectedValueOnce(failure("file", { message: "Cannot write the file." }));
  await click(within(form).getByRole("button", { name: "End session" }));
  expect(screen.getByRole("alert")).toHaveTextContent("Cannot write the file.");
  host.endSession.mockImplementationOnce(async () => {
    host.state = snapshot([profile("dev", enrolled)]);
  });
  await click(within(form).getByRole("button", { name: "End session" }));
  expect(host.endSession).toHaveBeenLastCalledWith("dev");
  expect(document.body).toHaveTextContent("The session is gone from this computer.");
  expect(screen.queryByRole("button", { name: "End session" })).toBeNull();
  expect(document.activeElement, "the keyboard is not lost").not.toBe(document.body);
});

test("the last five of this profile are there, with the way to all of it", async () => {
  const { host } = await page(dev());
  host.activity.mockResolvedValue([
    activity("other"),
    activity("dev", { event: "failed", until: null, by: "automatic", message: "No answer." }),
    ...Array.from({ length: 6 }, (_, index) => activity("dev", { at: inSeconds(-1000 - index) })),
  ]);
  await host.publish(snapshot([dev()]));
  const items = within(card("Recent activity")).getAllByRole("listitem");
  expect(items).toHaveLength(5);
  expect(items[0]).toHaveTextContent(/^No session No answer\. 07:50 · by itself$/);
  await click(button("All activity"));
  expect(title()).toBe("Activity");
  expect(screen.getByLabelText("Profile")).toHaveValue("dev");
  await press("Escape");
  expect(title()).toBe("dev");
});

test("a role has its page too, without its user's device", async () => {
  await page(dev({ kind: "role", role: "Admin", source: "base", user: null }));
  expect(screen.getByText("Role").nextElementSibling).toHaveTextContent("Admin");
  expect(screen.getByText("Taken from").nextElementSibling).toHaveTextContent("base");
  expect(slider()).toBeInTheDocument();
  for (const name of ["Code", "MFA device"]) expect(screen.queryByRole("heading", { name })).toBeNull();
  expect(screen.queryByRole("button", { name: "Let this computer make the codes" })).toBeNull();
});

test.each([
  [{ renew: true, renewable: true }, "auto"],
  [{ renew: false, renewable: true }, "no typing"],
  [{ renew: true, renewable: false }, "no typing"],
])("the row of one with %o says %s", async (rest, tag) => {
  await shown([dev({ favourite: true, ...rest }), profile("typed")]);
  expect(names()).toEqual(["dev", "typed"]);
  expect(row("dev").querySelector(".own")).toHaveTextContent(tag);
  expect(row("typed").querySelector(".own")).toBeNull();
});
