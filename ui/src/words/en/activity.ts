/** What MFA Tray did lately. */
export const activity = {
  title: "Activity",
  recent: "Recent activity",
  all: "All activity",
  of: "Profile",
  everyProfile: "All profiles",
  export: "Export…",
  exporting: "Writing…",
  exported: (file: string) => `Written to ${file}.`,
  exportedNot: "No file was chosen. Nothing was written.",
  reading: "Reading…",
  empty: "Nothing yet. Sessions that are made, fail or end are listed here.",
  emptyOf: (profile: string) => `Nothing about ${profile} yet.`,
  more: (count: number) => `Show ${count.toLocaleString("en")} more`,

  made: (until: string | null) => (until === null ? "New session" : `New session until ${until}`),
  failed: "No session",
  ended: "Session ended",
  by: { click: "by a click", automatic: "by itself", "command-line": "by the command line" },
  yesterday: (time: string) => `yesterday ${time}`,
};
