// Numbers with units of data and time: what the capacity calculator reckons with, and how it says it.

/** `bytes` and `seconds` are the powers of the two units: 3 MB/s has 1 and −1. */
export type Quantity = { value: number; bytes: number; seconds: number };

export class Unreadable extends Error {}

export const plain = (value: number): Quantity => ({ value, bytes: 0, seconds: 0 });
const data = (value: number): Quantity => ({ value, bytes: 1, seconds: 0 });
const time = (value: number): Quantity => ({ value, bytes: 0, seconds: 1 });

const DECIMAL = ["k", "M", "G", "T", "P"];
export const DAY_S = 86_400;
const TIMES: [names: string, seconds: number][] = [
  ["ns", 1e-9],
  ["us µs", 1e-6],
  ["ms", 1e-3],
  ["s sec second seconds", 1],
  ["min minute minutes", 60],
  ["h hour hours", 3600],
  ["d day days", DAY_S],
  ["week weeks", 7 * DAY_S],
  ["month months", 30 * DAY_S],
  ["year years", 365 * DAY_S],
];

/** Every unit and short form of a number that may stand behind a number, or alone. */
export const UNITS: ReadonlyMap<string, Quantity> = new Map([
  ...["", ...DECIMAL].flatMap((prefix, power): [string, Quantity][] => {
    const factor = 1000 ** power;
    const capital = prefix.toUpperCase();
    const names: [string, Quantity][] = [
      [`${prefix}B`, data(factor)],
      [`${capital}B`, data(factor)],
      [`${prefix}bit`, data(factor / 8)],
      [`${prefix}bps`, { value: factor / 8, bytes: 1, seconds: -1 }],
    ];
    return prefix ? [...names, [prefix, plain(factor)], [capital, plain(factor)]] : names.slice(0, 3);
  }),
  ...DECIMAL.flatMap((prefix, power): [string, Quantity][] => {
    const factor = 1024 ** (power + 1);
    return [
      [`${prefix.toUpperCase()}iB`, data(factor)],
      [`${prefix.toUpperCase()}i`, plain(factor)],
    ];
  }),
  ...TIMES.flatMap(([names, seconds]) => names.split(" ").map((name): [string, Quantity] => [name, time(seconds)])),
  ["%", plain(0.01)],
]);

export function times(a: Quantity, b: Quantity): Quantity {
  return { value: a.value * b.value, bytes: a.bytes + b.bytes, seconds: a.seconds + b.seconds };
}

export function over(a: Quantity, b: Quantity): Quantity {
  if (b.value === 0) throw new Unreadable("this divides by zero");
  return { value: a.value / b.value, bytes: a.bytes - b.bytes, seconds: a.seconds - b.seconds };
}

export function power(a: Quantity, b: Quantity): Quantity {
  if (b.bytes || b.seconds) throw new Unreadable("an exponent has no unit");
  if ((a.bytes || a.seconds) && !Number.isInteger(b.value)) throw new Unreadable("a unit takes a whole exponent");
  return { value: a.value ** b.value, bytes: a.bytes * b.value, seconds: a.seconds * b.value };
}

/** `a` plus `sign` times `b`, which have to be of one kind. */
export function plus(a: Quantity, b: Quantity, sign: 1 | -1 = 1): Quantity {
  requireSame(a, b);
  return { ...a, value: a.value + sign * b.value };
}

export function requireSame(a: Quantity, b: Quantity): void {
  if (a.bytes === b.bytes && a.seconds === b.seconds) return;
  throw new Unreadable(`${kindOf(a)} and ${kindOf(b)} do not go together`);
}

function kindOf({ bytes, seconds }: Quantity): string {
  if (bytes === 0 && seconds === 0) return "a plain number";
  if (bytes === 1 && seconds === 0) return "an amount of data";
  if (bytes === 0 && seconds === 1) return "a time";
  if (bytes === 0 && seconds === -1) return "a rate";
  if (bytes === 1 && seconds === -1) return "a data rate";
  return `a value in ${unitName(bytes, seconds)}`;
}

/** In sensible units, and as a power of ten of the plain unit where that says more. */
export function say(quantity: Quantity): string {
  const { value, bytes, seconds } = quantity;
  if (!Number.isFinite(value)) throw new Unreadable("the result is too large");
  const known = { "0 0": saidPlain, "1 0": saidData, "0 1": saidTime, "0 -1": saidRate, "1 -1": saidDataRate };
  const saying = known[`${bytes} ${seconds}` as keyof typeof known];
  const base = unitName(bytes, seconds);
  const said = saying ? saying(value) : `${short(value)} ${base}`;
  const exact = powerOfTen(value);
  return exact ? `${said} ≈ ${exact}${base ? ` ${base}` : ""}` : said;
}

const saidPlain = (value: number): string => prefixed(value, "");
const saidData = (value: number): string => prefixed(value, "B");
const saidRate = (value: number): string =>
  Math.abs(value) < 1 && value ? `${prefixed(value * DAY_S, "")}/day` : `${prefixed(value, "")}/s`;
const saidDataRate = (value: number): string => `${prefixed(value, "B")}/s`;

function saidTime(value: number): string {
  const units: [string, number][] = [
    ["year", 365 * DAY_S],
    ["day", DAY_S],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
    ["ms", 1e-3],
    ["µs", 1e-6],
    ["ns", 1e-9],
  ];
  const [name, size] = units.find(([, size]) => Math.abs(value) >= size * 0.9995) ?? ["s", 1];
  const amount = short(value / size);
  return `${amount} ${name}${size >= DAY_S && amount !== "1" ? "s" : ""}`;
}

function prefixed(value: number, unit: string): string {
  let scaled = value;
  let step = 0;
  while (Math.abs(scaled) >= 999.5 && step < DECIMAL.length) {
    scaled /= 1000;
    step += 1;
  }
  const name = `${step ? DECIMAL[step - 1] : ""}${unit}`;
  return name ? `${short(scaled)} ${name}` : short(scaled);
}

/** Three digits that count, more only before the point. */
function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-3) return powerOfTen(value) || String(value);
  return String(size >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** 5.8 × 10³ for what is far from one, nothing for the rest. */
export function powerOfTen(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.01 && size < 1000)) return "";
  let exponent = Math.floor(Math.log10(size));
  let digits = Number((value / 10 ** exponent).toPrecision(2));
  if (Math.abs(digits) >= 10) [digits, exponent] = [digits / 10, exponent + 1];
  const raised = String(exponent).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)] ?? sign);
  return digits === 1 ? `10${raised}` : `${digits} × 10${raised}`;
}

function unitName(bytes: number, seconds: number): string {
  const named = (name: string, raised: number): string => (raised === 1 ? name : `${name}^${raised}`);
  const above = [bytes > 0 ? named("B", bytes) : "", seconds > 0 ? named("s", seconds) : ""].filter(Boolean);
  const below = [bytes < 0 ? named("B", -bytes) : "", seconds < 0 ? named("s", -seconds) : ""].filter(Boolean);
  if (!below.length) return above.join(" ");
  return `${above.join(" ") || (below.length ? "1" : "")}/${below.join("/")}`.replace(/^1\//, "/");
}
