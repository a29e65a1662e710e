import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import App from "../src/App.svelte";
import { expiredFor, lengthText, timeLeft, untilWhen, waitLeft, whenWas } from "../src/countdown";
import { strings } from "../src/strings";
import { language } from "../src/tongue.svelte";
import {
  action,
  boxes,
  button,
  click,
  enrolled,
  failure,
  fakeHost,
  NOW,
  names,
  profile,
  row,
  session,
  settled,
  shown,
  snapshot,
  title,
  type,
} from "./window";

const zh = { language: "zh-CN" as const };
const some = () => [profile("dev", session("active", 39_720)), profile("staging"), profile("qa", enrolled)];
const HOUR = 3600;

afterEach(() => {
  language.now = "en";
});

describe("times", () => {
  test.each([
    [timeLeft, 11 * HOUR + 120, "11 小时 02 分"],
    [timeLeft, 440, "7 分钟"],
    [timeLeft, 42, "42 秒"],
    [expiredFor, 30, "已过期"],
    [expiredFor, 300, "5 分钟前过期"],
    [expiredFor, 2 * HOUR, "2 小时前过期"],
    [expiredFor, 72 * HOUR, "3 天前过期"],
    [waitLeft, 12, "12 秒"],
    [waitLeft, 130, "2 分 10 秒"],
    [(ms: number) => lengthText(ms / 1000), 1.5 * HOUR, "1 小时 30 分"],
    [(ms: number) => untilWhen(NOW + ms, NOW), HOUR, "09:00"],
    [(ms: number) => untilWhen(NOW + ms, NOW), 36 * HOUR, "明天 20:00"],
    [(ms: number) => untilWhen(NOW + ms, NOW), 41 * HOUR, "星期三 01:00"],
    [(ms: number) => whenWas(NOW - ms, NOW), 10 * HOUR, "昨天 22:00"],
    [(ms: number) => whenWas(NOW - ms, NOW), 50 * HOUR, "1月3日 06:00"],
  ])("%o of %d s is %s", (form, seconds, text) => {
    language.now = "zh-CN";
    expect(form(seconds * 1000)).toBe(text);
  });
});

describe("before the first snapshot", () => {
  test.each([
    ["zh-CN", "zh-CN"],
    ["zh-Hans-SG", "zh-CN"],
    ["de-DE", "en"],
  ])("a system that speaks %s gets %s", async (system, wanted) => {
    vi.resetModules();
    vi.spyOn(navigator, "language", "get").mockReturnValue(system);
    const fresh = await import("../src/tongue.svelte");
    expect(fresh.language.now).toBe(wanted);
    vi.restoreAllMocks();
  });

  test("a host that names no language gets English", async () => {
    language.now = "zh-CN";
    const { language: _, ...without } = snapshot(some());
    render(App, { host: fakeHost(without as ReturnType<typeof snapshot>) });
    await settled();
    expect(document.documentElement.lang).toBe("en");
    expect(screen.getByRole("searchbox")).toHaveAccessibleName("Search profiles");
  });
});

describe("the switch", () => {
  test("says everything anew, and keeps the search, the open row and the keyboard", async () => {
    const { host } = await shown(some());
    expect(row("dev")).toHaveTextContent("11 h 02 m");
    await fireEvent.input(screen.getByRole("searchbox"), { target: { value: "stag" } });
    await click(action("staging"));
    expect(boxes()[0]).toHaveFocus();

    await host.publish(snapshot(some(), zh));
    expect(document.documentElement.lang).toBe("zh-CN");
    expect(screen.getByRole("searchbox")).toHaveValue("stag");
    expect(screen.getByRole("searchbox")).toHaveAccessibleName("搜索配置文件");
    expect(names()).toEqual(["staging"]);
    expect(screen.getByRole("group", { name: "staging 的六位验证码" })).toBeVisible();
    expect(screen.getByLabelText("第 1 位，共 6 位")).toHaveFocus();
    expect(document.body).not.toHaveTextContent(/Digit|profile/);

    await host.publish(snapshot(some()));
    expect(boxes()[0]).toHaveFocus();
    expect(document.documentElement.lang).toBe("en");
  });

  test("keeps the page and the button that has the keyboard", async () => {
    const { host } = await shown(some(), {}, { at: "profile", profile: "qa" });
    button("Resync").focus();
    await host.publish(snapshot(some(), zh));
    expect(title()).toBe("qa");
    expect(button("重新同步")).toHaveFocus();
  });

  test("is made in the settings, and leaves the keyboard on the choice", async () => {
    const { host } = await shown(some(), {}, { at: "settings" });
    host.changeSettings.mockImplementation(() => host.publish(snapshot(some(), zh)));
    const choice = screen.getByLabelText("Language");
    choice.focus();
    await fireEvent.change(choice, { target: { value: "zh-CN" } });
    await settled();
    expect(host.changeSettings).toHaveBeenCalledWith({ what: "language", value: "zh-CN" });
    expect(screen.getByLabelText("语言")).toHaveFocus();
  });

  test("leaves what goes on alone, and no other language in what is read out", async () => {
    const { host } = await shown(some());
    await click(action("staging"));
    await type("123456");
    expect(screen.getByText("staging: new session")).toBeInTheDocument();
    await host.publish(snapshot(some(), zh));
    expect(screen.queryByText(/new session/)).toBeNull();
  });

  test("takes the keyboard from nobody", async () => {
    const { host } = await shown(some());
    expect(document.body).toHaveFocus();
    await host.publish(snapshot(some(), zh));
    expect(document.body).toHaveFocus();
  });
});

describe("what the host says", () => {
  const english = () => [...document.querySelectorAll("body [lang=en]")].map((each) => each.textContent);
  const failed = async (reason: unknown, rest: object = zh) => {
    const { host } = await shown(some(), rest);
    host.refresh.mockRejectedValueOnce(reason);
    await click(action("qa"));
    return row("qa");
  };

  test("stands in English under a headline by its code", async () => {
    const shownRow = await failed(failure("network", { message: "No answer from sts.", hint: "Try again." }));
    expect(shownRow).toHaveTextContent("无法连接 AWS");
    expect(english()).toEqual(["No answer from sts.", "Try again."]);
  });

  test("stands under what exactly is wrong, where that is known", async () => {
    const about = failure("other", { about: "circular-source", message: "a leads to b leads to a." });
    expect(await failed(about)).toHaveTextContent("source_profile 形成循环");
    expect(english()).toEqual(["a leads to b leads to a."]);
  });

  test.each(["code-rejected", "no-device"] as const)("is left out where %s says it all", async (code) => {
    await failed(failure(code, { message: "It is so.", hint: "Do that." }));
    expect(english()).toEqual([]);
    expect(screen.getByRole("alert")).toHaveTextContent(/^[^.]+。$/);
  });

  test("stands alone where the code says nothing", async () => {
    const shownRow = await failed(failure("other", { message: "It is odd." }));
    expect(english()).toEqual(["It is odd."]);
    expect(shownRow).toHaveTextContent("It is odd.");
  });

  test("is not what the window says itself", async () => {
    expect(await failed("gone")).toHaveTextContent("MFA Tray 没有响应。");
    expect(english()).toEqual([]);
  });

  test("is unchanged in English", async () => {
    expect(await failed(failure("network"), {})).toHaveTextContent("failed: network");
    expect(english()).toEqual([]);
  });

  test("heads a row and a banner", async () => {
    const problem = { code: "no-keys", message: "The profile old has no access key.", hint: "Run it." };
    const clock = { code: "clock", message: "Wrong by 6 min.", hint: null };
    await shown([profile("old", { kind: "incomplete", problem })], {
      ...zh,
      banners: [{ about: "clock", problem: clock, dismissible: false }],
    });
    expect(row("old")).toHaveTextContent("没有访问密钥");
    expect(screen.getByText("这台电脑的时钟不准")).toBeVisible();
    expect(english()).toEqual(["Wrong by 6 min."]);
    await click(action("old"));
    expect(english()).toEqual(["Wrong by 6 min.", "The profile old has no access key.", "Run it."]);
  });
});

test("words taken out of their object are of the language in force", () => {
  const { enrol } = strings;
  language.now = "zh-CN";
  expect([enrol.close, strings.enrol.close]).toEqual(["Close", "关闭"]);
});
