// Numbers for people, and rates and quantiles out of counters. Nothing here touches the page.

const NONE = "–";
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const SHORT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const KIB = 1024;

/** 1,234; from 100,000 on 123.4K, for a card has room for five digits. */
function count(n) {
  if (n == null) return NONE;
  return n < 100000 ? WHOLE.format(n) : SHORT.format(n);
}

/** What one thing is called, or several. */
function plural(n, one, many) {
  return `${count(n)} ${n === 1 ? one : many}`;
}

function perSecond(n) {
  if (n == null) return NONE;
  if (n === 0) return "0";
  if (n < 0.1) return "<0.1";
  return n < 10 ? n.toFixed(1) : count(n);
}

/** Of a share of 1. */
function percent(share) {
  if (share == null) return NONE;
  if (share > 0 && share < 0.001) return "<0.1 %";
  return `${share < 0.1 ? (100 * share).toFixed(1).replace(/\.0$/, "") : Math.round(100 * share)} %`;
}

function unitOf(bytes) {
  if (bytes >= KIB ** 3) return [KIB ** 3, "GiB"];
  return bytes >= KIB ** 2 ? [KIB ** 2, "MiB"] : [KIB, "KiB"];
}

function inUnit(bytes, unit) {
  const n = bytes / unit;
  if (n > 0 && n < 0.05) return "<0.1";
  return n >= 100 ? WHOLE.format(n) : n.toFixed(1).replace(/\.0$/, "");
}

function bytes(n) {
  if (n == null) return NONE;
  const [unit, name] = unitOf(n);
  return `${inUnit(n, unit)} ${name}`;
}

/** 3.1 of 16 MiB. */
function bytesOf(n, limit) {
  const [unit, name] = unitOf(limit);
  return `${n == null ? NONE : inUnit(n, unit)} of ${inUnit(limit, unit)} ${name}`;
}

function millis(n) {
  if (n == null) return NONE;
  if (n < 1) return "<1 ms";
  if (n < 10) return `${n.toFixed(1)} ms`;
  return n < 1000 ? `${Math.round(n)} ms` : seconds(n / 1000);
}

function seconds(n) {
  if (n == null) return NONE;
  if (n < 10) return `${n === 0 ? 0 : n.toFixed(1)} s`;
  if (n < 120) return `${Math.round(n)} s`;
  if (n < 7200) return `${Math.round(n / 60)} min`;
  return n < 172800 ? `${Math.round(n / 3600)} h` : `${Math.round(n / 86400)} days`;
}

/** The same of what is looked at once a second: without a fraction. */
function wholeSeconds(milliseconds) {
  const n = Math.max(0, Math.round(milliseconds / 1000));
  return n < 10 ? `${n} s` : seconds(n);
}

function clock(millisOfEpoch) {
  return new Date(millisOfEpoch).toLocaleTimeString("en-GB");
}

function sum(list, of) {
  return list.reduce((total, each) => total + (of(each) ?? 0), 0);
}

/** The answers of the last minutes: a counter's rate is the difference of two. */
class History {
  constructor(keepMillis) {
    this.keepMillis = keepMillis;
    this.answers = [];
  }

  /** Another process counts from 0 again: what was before says nothing about it. */
  add(status) {
    if (this.answers.length > 0 && this.now().instance.startedAtMillis !== status.instance.startedAtMillis) this.answers = [];
    this.answers.push(status);
    while (this.answers[0].atMillis < status.atMillis - this.keepMillis) this.answers.shift();
  }

  now() {
    return this.answers[this.answers.length - 1];
  }

  /** The newest answer that is so old, else the oldest there is. */
  before(status, ms) {
    const until = status.atMillis - ms;
    for (let i = this.answers.length - 1; i >= 0; i--) if (this.answers[i].atMillis <= until) return this.answers[i];
    return this.answers[0];
  }

  /** A counter's rate; null before there are two answers. A counter that was set back is taken to stand. */
  rate(counter, ms = 10000, status = this.now()) {
    const then = this.before(status, ms);
    const passed = status.atMillis - then.atMillis;
    return passed <= 0 ? null : (Math.max(0, counter(status) - counter(then)) * 1000) / passed;
  }
}

/** What was counted between two answers, bucket by bucket. */
function since(buckets, earlier) {
  const before = new Map((earlier ?? []).map((bucket) => [bucket.overMillis, bucket.count]));
  return buckets
    .map((bucket) => ({ ...bucket, count: bucket.count - (before.get(bucket.overMillis) ?? 0) }))
    .filter((bucket) => bucket.count > 0);
}

/** Evenly spread within its bucket, as Prometheus has it; null where nothing was counted. */
function quantile(buckets, q) {
  const rank = q * sum(buckets, (bucket) => bucket.count);
  let below = 0;
  for (const { overMillis, atMostMillis, count: inside } of buckets) {
    if (below + inside >= rank && inside > 0) {
      return atMostMillis == null ? overMillis : overMillis + ((atMostMillis - overMillis) * (rank - below)) / inside;
    }
    below += inside;
  }
  return null;
}
