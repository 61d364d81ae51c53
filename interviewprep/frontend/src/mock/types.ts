// The values of a mock's page. Names and shapes on the wire are those of the HTTP API.

import type { Outcome } from "../runner/index.ts";

export type PanelName =
  | "prompt"
  | "notes"
  | "hints"
  | "editor"
  | "facts"
  | "change"
  | "calculator"
  | "diagram"
  | "questions"
  | "follow-ups"
  | "stories"
  | "recorder";

export type RoundPhase = "waiting" | "running" | "paused" | "scoring" | "revising" | "done";

export interface Stage {
  key: string;
  label: string;
  seconds: number;
  panels: PanelName[];
  says: string;
  item: number;
}

export interface Round {
  position: number;
  kind: string;
  label: string;
  family: string;
  spoken: boolean;
  state: RoundPhase;
  stage: number;
  minutes: number;
  stages: Stage[];
  elapsed_s: number;
  stage_elapsed_s: number[];
  running_since: string | null;
  server_now: string;
  /** The instant until which the break before this round lasts; null without one. */
  break_until: string | null;
}

export interface TestName {
  name: string;
  label: string;
}

export interface Fact {
  row: number | null;
  asked: string;
  answer_html: string | null;
}

export interface FollowUp {
  question_html: string;
  answered: boolean | null;
}

export type Grade = "again" | "hard" | "good" | "easy";

export interface Question {
  n: number;
  html: string;
  step: string;
  answer_html: string | null;
  grade: Grade | null;
}

export interface StoryChoice {
  id: string;
  title: string;
  competencies: string[];
  fits: boolean;
}

export interface Revealed {
  solutions: string[];
  solution_html: string;
  wrong: { code_html: string; reason_html: string }[];
  complexity_html: string;
  pitfalls_html: string;
}

export interface Item {
  position: number;
  card_id: number;
  title: string;
  kind: string;
  difficulty: string | null;
  prompt_html: string;
  language: "" | "python" | "sql";
  entry: string;
  starter: string;
  tests: string;
  test_names: TestName[];
  hidden_names: TestName[];
  schema: string;
  expected: string;
  facts: Fact[];
  hints: { taken: string[]; left: number };
  follow_ups: { shown: FollowUp[]; left: number };
  change: string | null;
  has_change: boolean;
  /** Whether the server would tell it now. */
  change_due: boolean;
  questions: Question[];
  questions_left: number;
  submitted_at: string | null;
  gave_up: boolean;
  outcomes: Outcome[];
  revealed: Revealed | null;
  stories: StoryChoice[];
  story_id: string | null;
}

export interface StoredText {
  text: string;
  version: number;
}

export interface State {
  version: number;
  mock: { id: string; kind: string; is_bare: boolean; rounds: number; has_interviewer: boolean };
  round: Round;
  items: Item[];
  texts: Record<string, StoredText>;
}

/** One of the learner's own stories, whole. */
export interface Story {
  id: string;
  title: string;
  parts: { label: string; text: string }[];
}

/** What templates/mocks/session.html embeds. */
export interface SessionData {
  user: string;
  csrf: string;
  state: State;
  stories: Story[];
  urls: {
    api: string;
    /** Leads to where the mock stands: the score page, the next round, the report. */
    mock: string;
    score: string;
    sign_in: string;
    new_story: string;
    /** The learner's stories as they are now, as JSON. */
    stories: string;
  };
}
