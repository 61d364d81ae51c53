// The capacity calculator: lines of "name = expression" with units. Every line is read by the small
// grammar below; nothing typed here is ever run as a program.
//
//   line    = [name "="] sum ["in" sum] ["#" words]
//   sum     = product (("+" | "-") product)*
//   product = power (("*" | "×" | "/" | "per") power)*
//   power   = ["-"] amount ["^" power]
//   amount  = number unit* | name | unit | function "(" sum ("," sum)* ")" | "(" sum ")"

import { over, plain, plus, power, requireSame, say, times, UNITS, Unreadable, type Quantity } from "./quantities.ts";

export type Line = { said: string } | { error: string } | null;

const LONGEST_LINE = 300;
const MOST_LINES = 300;
const TOKEN = /\s*(?:(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?|\.\d+)|([\p{L}_µ][\p{L}\p{N}_]*)|(\*\*|[%+\-*/^×·÷−(),=]))/uy;
/** Words behind a number that only say what is counted, as in 10 k requests. */
const COUNTED = /^\p{L}{3,}$/u;
const FUNCTIONS: Record<string, (values: Quantity[]) => Quantity> = {
  ceil: (values) => rounded(values, Math.ceil),
  floor: (values) => rounded(values, Math.floor),
  round: (values) => rounded(values, Math.round),
  sqrt: (values) => power(one(values), plain(0.5)),
  log2: (values) => plain(Math.log2(number(one(values)))),
  min: (values) => chosen(values, (a, b) => a < b),
  max: (values) => chosen(values, (a, b) => a > b),
};

/** One answer for each line: what it comes to, what is wrong with it, or null for an empty line. */
export function evaluate(text: string): Line[] {
  const known = new Map<string, Quantity>();
  return text.split("\n").map((whole, place) => {
    const line = whole.replace(/#.*/, "");
    if (!line.trim()) return null;
    if (place >= MOST_LINES) return { error: `only the first ${MOST_LINES} lines are reckoned` };
    try {
      if (line.length > LONGEST_LINE) throw new Unreadable("this line is too long");
      return { said: new Reader(line, known).line() };
    } catch (error) {
      if (error instanceof Unreadable) return { error: error.message };
      throw error;
    }
  });
}

type Token = { kind: "number" | "word" | "sign" | "end"; text: string };

class Reader {
  readonly #tokens: Token[];
  readonly #known: Map<string, Quantity>;
  #at = 0;
  #depth = 0;

  constructor(line: string, known: Map<string, Quantity>) {
    this.#tokens = tokens(line);
    this.#known = known;
  }

  line(): string {
    let name = "";
    if (this.#next.kind === "word" && this.#tokens[this.#at + 1]?.text === "=") {
      name = this.#take().text;
      this.#take();
      if (name === "in" || name === "per" || name in FUNCTIONS) throw new Unreadable(`${name} has a meaning of its own`);
    }
    const value = this.#sum();
    const said = this.#accept("in") ? this.#converted(value) : say(value);
    if (this.#next.text === "=") throw new Unreadable("a name is one word, such as daily_users");
    if (this.#next.kind !== "end") throw new Unreadable(`${this.#next.text} is one too many here`);
    if (name) this.#known.set(name, value);
    return said;
  }

  #converted(value: Quantity): string {
    const begun = this.#at;
    const unit = this.#sum();
    requireSame(value, unit);
    const words = this.#tokens.slice(begun, this.#at).map((token) => token.text);
    const amount = over(value, unit).value;
    const digits = Math.abs(amount) >= 100 ? String(Math.round(amount)) : String(Number(amount.toPrecision(3)));
    return `${digits} ${words.join(" ").replaceAll(" / ", "/")}`;
  }

  #sum(): Quantity {
    let value = this.#product();
    for (;;) {
      if (this.#accept("+")) value = plus(value, this.#product());
      else if (this.#accept("-", "−")) value = plus(value, this.#product(), -1);
      else return value;
    }
  }

  #product(): Quantity {
    let value = this.#power();
    for (;;) {
      if (this.#accept("*", "×", "·")) value = times(value, this.#power());
      else if (this.#accept("/", "÷", "per")) value = over(value, this.#power());
      else return value;
    }
  }

  #power(): Quantity {
    if (++this.#depth > 50) throw new Unreadable("this is nested too deeply");
    const negative = this.#accept("-", "−");
    let value = negative ? times(plain(-1), this.#power()) : this.#amount();
    if (!negative && this.#accept("^", "**")) value = power(value, this.#power());
    this.#depth -= 1;
    return value;
  }

  #amount(): Quantity {
    const token = this.#take();
    if (token.kind === "number") return this.#withUnits(plain(Number(token.text.replaceAll("_", ""))));
    if (token.text === "(") return this.#withUnits(this.#closed(this.#sum()));
    if (token.kind === "end") throw new Unreadable("something is still missing");
    if (token.kind !== "word") throw new Unreadable(`${token.text} cannot stand here`);
    if (Object.hasOwn(FUNCTIONS, token.text) && this.#accept("(")) return this.#called(FUNCTIONS[token.text]!);
    const found = this.#known.get(token.text) ?? UNITS.get(token.text);
    if (!found) throw new Unreadable(`${token.text} is not known above or as a unit`);
    return found;
  }

  /** 500 M, 4 KiB, 10 M requests: every unit that follows counts; other words only name things. */
  #withUnits(value: Quantity): Quantity {
    let whole = value;
    for (;;) {
      const { kind, text } = this.#next;
      const unit = kind === "word" || text === "%" ? UNITS.get(text) : undefined;
      if (unit && !this.#known.has(text)) whole = times(whole, unit);
      else if (!COUNTED.test(text) || text === "per" || this.#known.has(text)) return whole;
      this.#take();
    }
  }

  #called(made: (values: Quantity[]) => Quantity): Quantity {
    const values = [this.#sum()];
    while (this.#accept(",")) values.push(this.#sum());
    return this.#closed(made(values));
  }

  #closed(value: Quantity): Quantity {
    if (!this.#accept(")")) throw new Unreadable("a bracket is not closed");
    return value;
  }

  get #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #take(): Token {
    const token = this.#next;
    if (token.kind !== "end") this.#at += 1;
    return token;
  }

  #accept(...texts: string[]): boolean {
    if (this.#next.kind === "number" || !texts.includes(this.#next.text)) return false;
    this.#at += 1;
    return true;
  }
}

function tokens(line: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  let at = 0;
  while (line.slice(at).trim()) {
    const match = TOKEN.exec(line);
    if (!match) throw new Unreadable(`${line.slice(at).trim()[0]} cannot be read here`);
    at = TOKEN.lastIndex;
    const kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "word" : "sign";
    found.push({ kind, text: match[1] ?? match[2] ?? match[3] ?? "" });
  }
  return [...found, { kind: "end", text: "" }];
}

function one(values: Quantity[]): Quantity {
  if (values.length !== 1) throw new Unreadable("this takes one value");
  return values[0]!;
}

function number(value: Quantity): number {
  requireSame(value, plain(0));
  return value.value;
}

function rounded(values: Quantity[], to: (value: number) => number): Quantity {
  return plain(to(number(one(values))));
}

function chosen(values: Quantity[], better: (a: number, b: number) => boolean): Quantity {
  return values.reduce((best, value) => {
    requireSame(best, value);
    return better(value.value, best.value) ? value : best;
  });
}
