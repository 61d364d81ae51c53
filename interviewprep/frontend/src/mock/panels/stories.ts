// The learner's own stories: those that fit this question first, and the chosen one to tell from.

import type { Context, Panel } from "../context.ts";
import { changes, el, frame } from "../dom.ts";
import type { Item, Story, StoryChoice } from "../types.ts";

export function storiesPanel(context: Context): Panel {
  const { element, body } = frame("stories", "Your story");
  const select = el("select", { id: "story", onchange: () => void choose() });
  const told = el("div", { class: "story-told" });
  const none = el("p", { class: "hint" });
  const field = el("div", { class: "story-field" }, el("label", { for: "story" }, "Which one do you tell?"), select);
  const write = el("p", {}, el("a", { href: context.data.urls.new_story, target: "_blank" }, "Write a story in another tab"));
  body.append(field, none, told, write);
  const isNew = changes();
  let item: Item | null = null;

  async function choose(): Promise<void> {
    if (!item) return;
    await context.act("story", { item: item.position, story_id: select.value || null });
    if (item) select.value = item.story_id ?? "";
  }

  function group(label: string, stories: StoryChoice[]): HTMLElement[] {
    if (!stories.length) return [];
    return [el("optgroup", { label }, ...stories.map(({ id, title }) => el("option", { value: id }, title)))];
  }

  return {
    element,
    update(_state, now) {
      item = now;
      if (!isNew([now.position, now.stories, now.story_id])) return;
      const fitting = now.stories.filter((story) => story.fits);
      field.hidden = now.stories.length === 0;
      none.textContent = now.stories.length
        ? fitting.length
          ? ""
          : "None of your stories names this competency yet."
        : "You have written no stories yet. Tell this one from memory, and write it down afterwards.";
      none.hidden = !none.textContent;
      select.replaceChildren(
        el("option", { value: "" }, "None of them"),
        ...group("Fitting", fitting),
        ...group("Others", now.stories.filter((story) => !story.fits)),
      );
      select.value = now.story_id ?? "";
      const story = context.data.stories.find((one) => one.id === now.story_id);
      told.replaceChildren(...(story ? parts(story) : []));
    },
    focus: () => select.focus(),
  };
}

function parts(story: Story): Node[] {
  const list = el("dl", {});
  for (const { label, text } of story.parts) {
    if (text.trim()) list.append(el("dt", {}, label), el("dd", {}, text));
  }
  return [el("p", { class: "story-title" }, story.title), list];
}
