// The three buttons of the theme_choice macro. theme.ts applies and keeps the choice.

export function offerThemes(): void {
  const groups = document.querySelectorAll<HTMLElement>("[data-theme-choice]");
  for (const group of groups) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-theme-value]");
      if (!button) return;
      window.interviewPrepTheme(button.dataset.themeValue ?? "system");
      groups.forEach(mark);
    });
    mark(group);
  }
}

function mark(group: HTMLElement): void {
  const value = document.documentElement.dataset.themeValue ?? "system";
  for (const button of group.querySelectorAll<HTMLElement>("[data-theme-value]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeValue === value));
  }
}
