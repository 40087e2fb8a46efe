// Beside the path: rates over time, latencies, outcomes, lag, past holds, the process.

const LANES = ["interactive", "bulk"];
const STEPS = [
  ["queue", "waiting"],
  ["tokenize", "tokenizing"],
  ["embed", "in the model"],
  ["index", "writing"],
  ["total", "all of it"],
];
const MOST_MILLIS = 600000;
const TICKS = [[1, "1 ms"], [10, ""], [100, "100"], [1000, ""], [10000, "10 s"], [100000, ""], [MOST_MILLIS, "10 min"]];

function showPanels(status, history) {
  showRates(history);
  showSteps(history);
  showOutcomes(status, history);
  showLag(status);
  showDrift(status.drift, status.driftHeld);
  showPastHolds(status.health.past);
  showProcess(status);
}

const answeredOf = (lanes) => (status) => sum(status.outcomes, (outcome) => (lanes.includes(outcome.lane) ? outcome.count : 0));

/** Smoothed over three answers or so, and drawn to a round number above the largest. The bulk lane's answers stand on the interactive one's. */
function showRates(history) {
  const points = (counter) =>
    history.answers
      .map((answer) => [answer.atMillis, history.rate(counter, 6000, answer)])
      .filter(([, perSec]) => perSec != null);
  const taken = points(accepted);
  const interactive = points(answeredOf(["interactive"]));
  const all = points(answeredOf(LANES));
  const most = roundUp(Math.max(1, ...taken.map(([, y]) => y), ...all.map(([, y]) => y)));
  const now = history.now().atMillis;
  const span = Math.min(history.keepMillis, Math.max(60000, now - history.answers[0].atMillis));
  const at = ([x, y]) => `${(300 - ((now - x) * 300) / span).toFixed(1)} ${(99 - (y * 96) / most).toFixed(1)}`;
  const line = (those) => (those.length < 2 ? "" : `M${those.map(at).join("L")}`);
  const area = (those) => (those.length < 2 ? "" : `${line(those)}L300 100L${at(those[0]).split(" ")[0]} 100Z`);
  $("chart-in").setAttribute("d", line(taken));
  $("chart-all").setAttribute("d", line(all));
  $("chart-bulk").setAttribute("d", area(all));
  $("chart-interactive").setAttribute("d", area(interactive));
  text($("chart-begin"), `${seconds(span / 1000)} ago`);
  text($("chart-most"), `${count(most)}/s`);
  text($("rate-in"), perSecond(history.rate(accepted)));
  LANES.forEach((lane) => text($(`rate-${lane}`), perSecond(history.rate(answeredOf([lane])))));
}

function roundUp(n) {
  const power = 10 ** Math.floor(Math.log10(n));
  return [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((each) => each * power).find((each) => each >= n);
}

const alongTheScale = (ms) => (100 * Math.log10(Math.min(Math.max(ms, 1), MOST_MILLIS))) / Math.log10(MOST_MILLIS);

function showSteps(history) {
  const read = new Map();
  LANES.forEach((lane) => {
    const whole = recent(history, bucketsOf(lane, "total"), 60000);
    const minute = whole.minute;
    const latest = (step) => (minute ? since(bucketsOf(lane, step)(history.now()), bucketsOf(lane, step)(history.before(history.now(), 60000))) : bucketsOf(lane, step)(history.now()));
    STEPS.forEach(([step]) => read.set(`${lane} ${step}`, latest(step)));
    const n = sum(whole.buckets, (bucket) => bucket.count);
    text($(`steps-${lane}`), n === 0 ? "none yet" : `${count(n)} ${minute ? "in the last minute" : "since the start"}`);
  });
  const rows = STEPS.map(([step, label]) => ({ step, label, lanes: LANES.map((lane) => read.get(`${lane} ${step}`)) }));
  list($("steps"), rows, (row) => row.step, stepRow, updateStep);
  list(
    $("ticks"),
    TICKS,
    ([ms]) => ms,
    ([, words]) => make("span", "", words),
    (tick, [ms]) => tick.style.setProperty("left", `${alongTheScale(ms)}%`),
  );
}

/** EMBED answers what it rejects, INDEX the rest: one histogram of both. */
const bucketsOf = (lane, step) => (status) => merged(status.steps.filter((each) => each.lane === lane && each.step === step));

function merged(steps) {
  const all = new Map();
  steps.flatMap((step) => step.buckets).forEach((bucket) => {
    const there = all.get(bucket.overMillis);
    all.set(bucket.overMillis, there ? { ...there, count: there.count + bucket.count } : bucket);
  });
  return [...all.values()].sort((a, b) => a.overMillis - b.overMillis);
}

function stepRow({ label }) {
  const heading = make("th", "", label);
  heading.scope = "row";
  const cell = (className, of) => make("td", className, ...LANES.map((lane) => of(lane)));
  const figure = (lane) => make("p", lane, make("span", "unseen", `${lane} `), make("span", ""));
  return make("tr", "", heading, cell("scale", (lane) => make("div", `span ${lane}`, make("i"), make("u"), make("b"))), cell("number", figure), cell("number", figure));
}

function updateStep(row, { lanes }) {
  const [, scale, middle, high] = row.children;
  const empty = lanes.map((buckets) => sum(buckets, (bucket) => bucket.count) === 0);
  lanes.forEach((buckets, i) => {
    // One line at least, or the row would have none.
    const hidden = empty[i] && !(i === 0 && empty.every((each) => each));
    [scale, middle, high].forEach((cell) => (cell.children[i].hidden = hidden));
    const [p50, p99] = [quantile(buckets, 0.5), quantile(buckets, 0.99)];
    text(middle.children[i].lastChild, millis(p50));
    text(high.children[i].lastChild, millis(p99));
    const marks = [...scale.children[i].children];
    marks.forEach((mark) => (mark.hidden = p50 == null));
    if (p50 == null) return;
    const [range, dot, end] = marks;
    const [from, to] = [alongTheScale(p50), alongTheScale(p99)];
    range.style.left = dot.style.left = `${from}%`;
    range.style.width = `${to - from}%`;
    end.style.left = `${to}%`;
  });
}

function showOutcomes(status, history) {
  const of = (outcome) => (answer) => sum(answer.outcomes, (each) => (each.outcome === outcome ? each.count : 0));
  const rows = OUTCOMES.map((outcome) => {
    const reasons = new Map();
    status.outcomes
      .filter((each) => each.outcome === outcome && each.reason !== "none")
      .forEach((each) => reasons.set(each.reason, (reasons.get(each.reason) ?? 0) + each.count));
    return { outcome, total: of(outcome)(status), perSec: history.rate(of(outcome)), reasons: [...reasons].filter(([reason]) => reason !== outcome) };
  });
  const all = sum(rows, (row) => row.total);
  list(
    $("shares"),
    rows.filter((row) => row.total > 0),
    (row) => row.outcome,
    (row) => make("i", row.outcome),
    (share, row) => share.style.setProperty("flex-grow", String(Math.max(row.total / all, 0.006))),
  );
  list(
    $("outcomes"),
    rows,
    (row) => row.outcome,
    (row) => make("li", row.outcome, make("i"), make("span", "name", row.outcome.toUpperCase()), make("b"), make("span", "speed"), make("small")),
    (element, row) => {
      element.classList.toggle("none", row.total === 0);
      text(element.children[2], count(row.total));
      text(element.children[3], row.perSec > 0 ? `${perSecond(row.perSec)}/s` : "");
      text(element.children[4], row.reasons.map(([reason, n]) => `${reason} ${count(n)}`).join(", "));
    },
  );
}

function showLag(status) {
  const lanes = status.stages.flatMap((stage) => stage.lanes.map((lane) => ({ ...lane, group: stage.group })));
  text($("lag-note"), lagNote(status));
  list(
    $("lags"),
    lanes,
    (lane) => lane.topic,
    (lane) => make("li", lane.lane, make("span", "name", lane.topic), make("b"), make("p", "behind"), make("div", "strip")),
    (element, lane) => {
      const [title, records, behind, strip] = element.children;
      title.title = `group ${lane.group}`;
      text(records, count(lane.lag?.records));
      text(behind, behindWords(lane.lag));
      showPartitions(strip, lane.lag?.partitions ?? []);
    },
  );
}

/** It is read every five seconds. */
function lagNote(status) {
  if (status.lagReadAtMillis == null) return status.lagFailures > 0 ? `not read so far; ${plural(status.lagFailures, "attempt", "attempts")} failed` : "not read yet";
  return status.atMillis - status.lagReadAtMillis > 20000 ? `as of ${clock(status.lagReadAtMillis)}: it cannot be read since` : "records not read, of the whole group";
}

function behindWords(lag) {
  if (lag == null) return "not read yet";
  if (lag.records === 0) return "nothing waits";
  const parts = [];
  if (lag.seconds != null) parts.push(`oldest ${seconds(lag.seconds)}`);
  if (lag.workSeconds != null) parts.push(`${seconds(lag.workSeconds)} of work here`);
  if (lag.bytes != null) parts.push(`about ${bytes(lag.bytes)}${lag.tokens == null ? "" : `, ${count(Math.round(lag.tokens))} tokens`}`);
  if (lag.retentionRatio != null) parts.push(`${percent(lag.retentionRatio)} of retention`);
  return parts.join(" · ");
}

/** A cell a partition, the darker the further behind, by orders of magnitude. */
function showPartitions(strip, partitions) {
  const furthest = partitions.reduce((most, each) => (each.records > (most?.records ?? -1) ? each : most), undefined);
  strip.setAttribute("role", "img");
  strip.setAttribute(
    "aria-label",
    furthest === undefined
      ? "no partition is known yet"
      : `${plural(partitions.length, "partition", "partitions")}; the furthest behind is ${furthest.partition} with ${plural(furthest.records, "record", "records")}`,
  );
  list(
    strip,
    partitions,
    (each) => each.partition,
    () => make("i"),
    (cell, each) => {
      cell.dataset.depth = String(each.records === 0 ? 0 : Math.min(4, 1 + Math.floor(Math.log10(each.records))));
      cell.title = `partition ${each.partition}: ${plural(each.records, "record", "records")}${each.seconds == null ? "" : `, oldest ${seconds(each.seconds)}`}`;
    },
  );
}

function showPastHolds(past) {
  $("past").hidden = past.length === 0;
  list(
    $("past-list"),
    past,
    (hold) => `${hold.part} ${hold.sinceMillis}`,
    (hold) => make("li", "", make("b", "", hold.part), make("span", "when"), make("code", "", hold.code), make("span", "why", hold.reason)),
    (element, hold) => text(element.children[1], `${wholeSeconds(hold.untilMillis - hold.sinceMillis)}, until ${clock(hold.untilMillis)}`),
  );
}

function showProcess(status) {
  const { instance } = status;
  const parts = [instance.version == null ? "built from sources" : `version ${instance.version}`, `up ${seconds((status.atMillis - instance.startedAtMillis) / 1000)}`];
  if (instance.heapBytes != null) parts.push(`heap ${instance.heapMaxBytes > 0 ? `${bytes(instance.heapBytes)} of ${bytes(instance.heapMaxBytes)}` : bytes(instance.heapBytes)}`);
  if (instance.cpu != null) parts.push(`${Math.round(100 * instance.cpu)} % of the processors`);
  if (status.gpu) parts.push(`GPU ${Math.round(100 * status.gpu.utilization)} %, ${bytesOf(status.gpu.memoryBytes, status.gpu.memoryMaxBytes)}, ${Math.round(status.gpu.celsius)} °C`);
  text($("process"), parts.join(" · "));
}
