import { expect, test } from "vitest";
import { assignment, deviceName, groupAccount } from "../src/identity";
import { lengths } from "../src/profile/lengths";
import { exportLine, type Shell, usualShell } from "../src/shell";
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

test.each<[Shell, string, string]>([
  ["bash", "dev-mfa", "export P=dev-mfa"],
  ["bash", "my profile", "export P='my profile'"],
  ["bash", "it's", "export P='it'\\''s'"],
  ["bash", 'a"b', "export P='a\"b'"],
  ["bash", "$HOME `id` !!", "export P='$HOME `id` !!'"],
  ["bash", "a\\b", "export P='a\\b'"],
  ["zsh", "=ls", "export P='=ls'"],
  ["zsh", "100%", "export P=100%"],
  ["fish", "dev-mfa", "set -gx P dev-mfa"],
  ["fish", "it's a\\b", "set -gx P 'it\\'s a\\\\b'"],
  ["fish", "$HOME %self !", "set -gx P '$HOME %self !'"],
  ["powershell", "dev-mfa", "$env:P = 'dev-mfa'"],
  ["powershell", "it's `$x", "$env:P = 'it''s `$x'"],
  ["powershell", "it’s", "$env:P = 'it’’s'"],
  ["cmd", "dev-mfa", 'set "P=dev-mfa"'],
  ["cmd", "a & b | c ^ !d!", 'set "P=a & b | c ^ !d!"'],
  ["cmd", "%PATH%", "set P=%^PATH%"],
  ["cmd", "100%%", "set P=100%^%"],
  ["cmd", "50% & more", "set P=50%^ ^& more"],
  ["cmd", "%PATH:a=b%", "set P=%^PATH:a=b%"],
  ["cmd", 'a"b<c', 'set P=a^"b^<c'],
])("%s: %s is pasted as %s", (shell, value, line) => expect(exportLine(shell, "P", value)).toBe(line));

test.each([
  ["Win32", "powershell"],
  ["Linux x86_64", "bash"],
  ["MacIntel", "bash"],
  ["", "bash"],
])("on %j the usual shell is %s", (platform, shell) => expect(usualShell(platform)).toBe(shell));

test.each([
  [900, 3600, 3600, [900, 1800, 2700, 3600]],
  [900, 900, 900, [900]],
  [3600, 4 * 3600, 5000, [3600, 5000, 5400, 7200, 9000, 10_800, 12_600, 14_400]],
  [4 * 3600, 18 * 3600, 12 * 3600, [4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 18].map((hours) => hours * 3600)],
])("from %d to %d s with %d in force one can choose %j", (shortest, longest, current, all) =>
  expect(lengths(shortest, longest, current)).toEqual(all),
);

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
