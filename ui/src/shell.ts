import { assignment } from "./identity";

/** The shells for which the window writes a line to paste. */
export type Shell = "bash" | "zsh" | "fish" | "powershell" | "cmd";

export const SHELLS: readonly Shell[] = ["bash", "zsh", "fish", "powershell", "cmd"];

/** The shell most people have on a platform, as `navigator.platform` names it. */
export function usualShell(platform: string): Shell {
  return platform.startsWith("Win") ? "powershell" : "bash";
}

/** A line that sets an environment variable to exactly this value, pasted at the prompt of a shell. */
export function exportLine(shell: Shell, variable: string, value: string): string {
  if (shell === "fish") return `set -gx ${variable} ${fish(value)}`;
  if (shell === "powershell") return `$env:${variable} = ${powershell(value)}`;
  if (shell === "cmd") return cmd(variable, value);
  return `export ${assignment(variable, value)}`;
}

/** In single quotes fish knows two escapes, of the quote and of the backslash. */
function fish(value: string): string {
  return /^[\w@+:,./-]+$/.test(value) ? value : `'${value.replace(/[\\']/g, "\\$&")}'`;
}

/** PowerShell takes every kind of single quote for one; two of them stand for one. */
function powershell(value: string): string {
  return `'${value.replace(/['\u2018-\u201b]/g, "$&$&")}'`;
}

/**
 * Quotes keep everything from cmd except percent signs and quotes. Those go without quotes and with carets: one before
 * whatever means something, and one after each percent sign, so that no name of a variable stands between two.
 */
function cmd(variable: string, value: string): string {
  if (!/[%"]/.test(value)) return `set "${variable}=${value}"`;
  return `set ${variable}=${value.replace(/(?<=%).|[\^&|<>()"]/gu, "^$&")}`;
}
