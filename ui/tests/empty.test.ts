import { fireEvent, render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { click, fakeHost, names, profile, settled, shown, snapshot } from "./window";

const title = () => screen.getByRole("heading", { level: 2 }).textContent;

test("no files: says where they would be and what to run", async () => {
  await shown([], { files_exist: false });
  expect(title()).toBe("No AWS profiles here yet");
  expect(screen.getByText("aws configure")).toBeInTheDocument();
  expect(screen.getByText(/\/home\/alice\/\.aws\/credentials/)).toBeInTheDocument();
});

test("no profiles: says which files were read", async () => {
  await shown([]);
  expect(title()).toBe("No profiles in your AWS files");
  expect(screen.getByText(/credentials and .*config/)).toBeInTheDocument();
});

test("a file that cannot be read: the banner says it, and nobody is told to start afresh", async () => {
  const problem = { code: "unreadable", message: "Cannot read credentials.", hint: "chmod 600" };
  await shown([], { banners: [{ about: "files", problem, dismissible: false }] });
  expect(screen.getByText("Cannot read credentials.")).toBeInTheDocument();
  expect(screen.getByText("chmod 600")).toBeInTheDocument();
  expect(screen.queryByText("aws configure")).toBeNull();
});

test.each(["network", "clock", "settings"] as const)(
  "a banner about %s stands above the list",
  async (about) => {
    const problem = { code: about, message: `Something about ${about}.`, hint: null };
    const { host } = await shown([profile("dev")], { banners: [{ about, problem, dismissible: true }] });
    expect(screen.getByText(`Something about ${about}.`)).toBeInTheDocument();
    expect(names()).toEqual(["dev"]);
    await host.publish(snapshot([profile("dev")]));
    expect(screen.queryByText(`Something about ${about}.`)).toBeNull();
  },
);

test("what can be put away is, and the keyboard stays", async () => {
  const banner = (about: "tray" | "files", dismissible: boolean) => ({
    about,
    problem: { code: about, message: `Something about ${about}.`, hint: null },
    dismissible,
  });
  const { host } = await shown([profile("dev")], { banners: [banner("tray", true), banner("files", false)] });
  host.dismissBanner.mockImplementationOnce(async () => {
    host.state = snapshot([profile("dev")], { banners: [banner("files", false)] });
  });
  const dismiss = screen.getByRole("button", { name: "Dismiss" });
  dismiss.focus();
  await click(dismiss);
  expect(host.dismissBanner).toHaveBeenCalledExactlyOnceWith("tray");
  expect(screen.queryByText("Something about tray.")).toBeNull();
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("nothing found: says what the search looks at, and clears it", async () => {
  await shown([profile("dev")]);
  await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "zzz" } });
  expect(title()).toBe("Nothing matches “zzz”");
  await click(screen.getByRole("button", { name: "Clear search" }));
  expect(names()).toEqual(["dev"]);
  expect(screen.getByRole("searchbox")).toHaveFocus();
});

test("a host that fails can be tried again", async () => {
  const host = fakeHost(snapshot([profile("dev")]));
  host.snapshot.mockRejectedValueOnce("no such command");
  render(App, { host });
  await settled();
  expect(title()).toBe("MFA Tray does not answer");
  await click(screen.getByRole("button", { name: "Try again" }));
  expect(names()).toEqual(["dev"]);
});

test("a host that never answers is told after five seconds, and forgiven when it does", async () => {
  vi.useFakeTimers();
  const host = fakeHost(snapshot([profile("dev")]));
  host.snapshot.mockImplementationOnce(() => new Promise(() => {}));
  render(App, { host });
  await vi.advanceTimersByTimeAsync(4900);
  expect(screen.queryByText("MFA Tray does not answer")).toBeNull();
  await vi.advanceTimersByTimeAsync(200);
  expect(title()).toBe("MFA Tray does not answer");
  await host.publish(snapshot([profile("dev")]));
  expect(names()).toEqual(["dev"]);
});
