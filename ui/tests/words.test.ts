import { expect, test } from "vitest";
import { assignment, deviceName, groupAccount } from "../src/identity";
import { drawn, entryAt, tops } from "../src/windowing";
import { profile } from "./window";

test.each([
  ["111122223333", "1111 2222 3333"],
  ["alias", "alias"],
])("account %s is shown as %s", (account, text) => expect(groupAccount(account)).toBe(text));

test.each([
  ["arn:aws:iam::111122223333:mfa/alice", "alice"],
  ["arn:aws:iam::111122223333:mfa/team/phone", "phone"],
  ["GAHT12345678", "GAHT12345678"],
])("device %s is called %s", (serial, name) => expect(deviceName(serial)).toBe(name));

test.each([
  ["dev-mfa", "AWS_PROFILE=dev-mfa"],
  ["my profile", "AWS_PROFILE='my profile'"],
  ["it's; rm", "AWS_PROFILE='it'\\''s; rm'"],
  ["$HOME", "AWS_PROFILE='$HOME'"],
])("profile %s is pasted as %s", (name, text) => expect(assignment("AWS_PROFILE", name)).toBe(text));

const entries = Array.from({ length: 100 }, (_, index) => ({
  kind: "profile" as const,
  key: `p${index}`,
  profile: profile(`p${index}`),
  position: index + 1,
}));
const heights = { row: 50, heading: 30, open: 200 };

test.each([
  [0, 0],
  [49, 0],
  [50, 1],
  [150, 2],
  [299, 2],
  [300, 3],
  [1e9, 99],
])("at %d px stands entry %d, an open row counted", (y, index) => {
  expect(entryAt(tops(entries, "p2", heights), y)).toBe(index);
});

test("what is drawn covers the view, keeps the kept rows, and adds up to the whole height", () => {
  const all = tops(entries, "p2", heights);
  const list = drawn(all, 2000, 500, [2, 99, -1, 500]);
  const indices = list.map((each) => each.index);
  expect(indices[0]).toBe(2);
  expect(indices.at(-1)).toBe(99);
  for (let index = 37; index <= 47; index += 1) expect(indices).toContain(index);
  expect(indices.length).toBeLessThan(32);
  const height = list.reduce((sum, { index, gap }) => sum + gap + (index === 2 ? 200 : 50), 0);
  expect(height).toBe(99 * 50 + 200);
  expect(drawn(tops([], null, heights), 0, 500, [0])).toEqual([]);
});
