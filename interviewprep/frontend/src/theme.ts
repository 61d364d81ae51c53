// Runs before the first paint. A choice made on this device counts for as long as the account's own
// setting is the one it was made against; changing the setting takes over again.

export {};

declare global {
  interface Window {
    interviewPrepTheme: (value: string) => void;
  }
}

const KEY = "interviewprep-theme";
const root = document.documentElement;
const account = root.dataset.accountTheme ?? "system";

function apply(value: string): void {
  if (value === "light" || value === "dark") root.dataset.theme = value;
  else delete root.dataset.theme;
  root.dataset.themeValue = value;
}

window.interviewPrepTheme = (value) => {
  apply(value);
  try {
    localStorage.setItem(KEY, JSON.stringify({ value, account }));
  } catch {
    // Storage is switched off: the choice holds for this page.
  }
};

apply(account);
try {
  const kept = JSON.parse(localStorage.getItem(KEY) ?? "null") as { value: string; account: string } | null;
  if (kept && kept.account === account) apply(kept.value);
} catch {
  // As above.
}
