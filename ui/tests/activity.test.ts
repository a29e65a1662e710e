import { fireEvent, screen } from "@testing-library/svelte";
import { expect, test } from "vitest";
import type { Activity } from "../src/api/types";
import { activity, button, click, failure, inSeconds, press, profile, settled, shown, title } from "./window";

const some = (): Activity[] => [
  activity("dev", { by: "automatic", until: inSeconds(43_200) }),
  activity("qa", { event: "failed", by: "command-line", until: null, message: "AWS cannot be reached." }),
  activity("dev", { event: "ended", at: inSeconds(-36_000), until: null }),
  activity("old", { at: inSeconds(-400_000), until: null }),
];
async function page(entries: Activity[]) {
  const view = await shown([profile("dev")]);
  view.host.activity.mockResolvedValue(entries);
  await click(button("Settings"));
  await click(button("Activity"));
  return view;
}
const items = () =>
  screen.queryAllByRole("listitem").map((item) => item.textContent?.replace(/\s+/g, " ").trim());

async function filter(name: string) {
  const select = screen.getByLabelText<HTMLSelectElement>("Profile");
  select.value = name;
  await fireEvent.change(select);
  await settled();
}

test("is reached from the settings and says what, when, by what and until when", async () => {
  await page(some());
  expect(title()).toBe("Activity");
  expect(items()).toEqual([
    "dev New session until 20:00 07:50 · by itself",
    "qa No session AWS cannot be reached. 07:50 · by the command line",
    "dev Session ended yesterday 22:00 · by a click",
    "old New session 31 Dec 16:53 · by a click",
  ]);
  await press("Escape");
  expect(title()).toBe("Settings");
});

test("is filtered by profile, also one that is gone from the files", async () => {
  await page(some());
  const select = screen.getByLabelText<HTMLSelectElement>("Profile");
  expect([...select.options].map((option) => option.text)).toEqual(["All profiles", "dev", "old", "qa"]);
  await filter("dev");
  expect(items()).toEqual([
    "New session until 20:00 07:50 · by itself",
    "Session ended yesterday 22:00 · by a click",
  ]);
});

test("hears of what happens while it is open", async () => {
  const { host } = await page([]);
  expect(document.body).toHaveTextContent("Nothing yet.");
  expect(button("Export…")).toBeDisabled();
  host.activity.mockResolvedValue(some());
  await host.publish(host.state);
  await host.publish({ ...host.state });
  expect(items()).toHaveLength(4);
});

test("a filter that finds nothing says so", async () => {
  const { host } = await shown([profile("dev")], {}, { at: "activity", profile: "dev" });
  expect(document.body).toHaveTextContent("Nothing about dev yet.");
  host.activity.mockRejectedValueOnce(failure("file", { message: "The record cannot be read." }));
  await host.publish({ ...host.state });
  expect(screen.getByRole("alert")).toHaveTextContent("The record cannot be read.");
});

test("a long record is drawn in parts", async () => {
  await page(Array.from({ length: 250 }, (_, index) => activity(`p${index}`)));
  expect(items()).toHaveLength(100);
  await click(button("Show 100 more"));
  await click(button("Show 50 more"));
  expect(items()).toHaveLength(250);
  expect(screen.queryByRole("button", { name: /^Show/ })).toBeNull();
});

test("exporting says where the file is, that none was chosen, or why it failed", async () => {
  const { host } = await page(some());
  host.exportActivity.mockResolvedValueOnce("/home/alice/activity.csv");
  await click(button("Export…"));
  expect(document.body).toHaveTextContent("Written to /home/alice/activity.csv.");
  await click(button("Export…"));
  expect(document.body).toHaveTextContent("No file was chosen. Nothing was written.");
  host.exportActivity.mockRejectedValueOnce(failure("file", { message: "The disk is full." }));
  await click(button("Export…"));
  expect(screen.getByRole("alert")).toHaveTextContent("The disk is full.");
  expect(document.body).not.toHaveTextContent("Nothing was written.");
});
