// The data path: topics, stages and what flows between them.

const OUTCOMES = ["indexed", "unchanged", "deleted", "superseded", "expired", "rejected", "failed"];
const GATE_FULL = "gate-full"; // a full lane pauses: that is the bound at work, and no trouble

const stageOf = (status, name) => status.stages.find((stage) => stage.stage === name);
const acceptedBy = (name) => (status) => (stageOf(status, name)?.answeredEvents ?? 0) + (stageOf(status, name)?.unansweredEvents ?? 0);
const answeredBy = (name) => (status) => sum(status.outcomes, (outcome) => (name == null || outcome.stage === name ? outcome.count : 0));
const rowsWritten = (status) => status.store?.rowsWritten ?? 0;
const calls = (status) => status.store?.calls ?? 0;
const tokens = (status) => status.embedder?.tokens ?? 0;
const cells = (status) => status.embedder?.cells ?? 0;
const batches = (status) => status.embedder?.batches ?? 0;

/** What EMBED has put into the log: what it sent, but for what it answered itself. */
const logged = (status) => (stageOf(status, "embed")?.answeredEvents ?? 0) - answeredBy("embed")(status);

/** What the process takes in: EMBED's lanes, or the log where INDEX is alone. */
const accepted = (status) => acceptedBy(stageOf(status, "embed") ? "embed" : "index")(status);

function showPath(status, history) {
  const embed = stageOf(status, "embed");
  const index = stageOf(status, "index");
  const rate = (counter) => history.rate(counter);
  showTopics(embed, index);
  showEmbed(status, embed, history);
  showIndex(status, index, history);
  edge("edge-in", embed && rate(acceptedBy("embed")), "events");
  edge("edge-embedded", rate(embed ? logged : acceptedBy("index")), "records");
  edge("edge-logged", index && rate(acceptedBy("index")), "records");
  edge("edge-rows", index && rate(rowsWritten), "rows");
  edge("edge-answered", index && rate(answeredBy("index")), "answers");
  showStore(status, index, history);
  text($("answered"), count(answeredBy()(status)));
  const early = rate(answeredBy("embed"));
  text($("answered-note"), embed && early > 0 ? `${perSecond(early)}/s of them by EMBED` : `${perSecond(rate(answeredBy()))}/s`);
}

function edge(id, perSec, what) {
  const element = $(id);
  const flows = perSec > 0;
  element.classList.toggle("flows", flows);
  if (flows) element.style.setProperty("--tempo", `${(2.4 / (1 + Math.log10(1 + perSec))).toFixed(2)}s`);
  const speed = element.lastElementChild;
  text(speed, perSec == null ? NONE : `${perSecond(perSec)}/s`);
  speed.title = `${what} a second`;
}

function showTopics(embed, index) {
  const lanes = [...(embed?.lanes ?? [undefined, undefined]), ...(index?.lanes ?? [undefined])];
  document.querySelectorAll("[data-lane]").forEach((card) => {
    const lane = lanes[Number(card.dataset.lane)];
    const [title, figure, note, kept] = card.children;
    card.classList.toggle("away", lane === undefined);
    if (lane) name(title, lane.topic);
    text(figure.firstElementChild, count(lane?.lag?.records));
    text(note, topicNote(lane));
    const ratio = lane?.lag?.retentionRatio;
    meters(kept, ratio == null ? [] : [{ label: "of retention", value: ratio, limit: 1, words: percent(ratio), full: ratio >= 0.5 }]);
  });
}

function topicNote(lane) {
  if (lane === undefined) return "read by another process";
  if (lane.lag == null) return "lag not read yet";
  if (lane.lag.records === 0) return `${plural(lane.lag.partitions.length, "partition", "partitions")}, all read`;
  const parts = [];
  if (lane.lag.seconds != null) parts.push(`oldest ${seconds(lane.lag.seconds)}`);
  if (lane.lag.workSeconds != null) parts.push(`${seconds(lane.lag.workSeconds)} of work`);
  return parts.join(", ") || "waiting";
}

/** The bound of a lane: beyond it its partitions pause, which is how a backlog stays in Kafka. */
function gates(stage) {
  return stage.lanes.map((lane) => {
    const full = lane.limitBytes != null && lane.inFlightBytes >= lane.limitBytes;
    return {
      label: lane.lane === "bulk" ? "in flight, bulk" : "in flight",
      value: lane.inFlightBytes,
      limit: lane.limitBytes ?? 0,
      full,
      words: lane.limitBytes == null ? NONE : bytesOf(lane.inFlightBytes, lane.limitBytes) + (full ? ", pauses" : ""),
    };
  });
}

/** A stage's card: away where it is in another process, marked where it waits for something. */
function frame(id, stage, kind) {
  const waits = (stage?.holds ?? []).filter((code) => code !== GATE_FULL);
  $(id).classList.toggle("away", stage === undefined);
  $(id).classList.toggle("held", waits.length > 0);
  text($(`${id}-kind`), stage === undefined ? "not in this process" : waits.length > 0 ? `waits: ${waits.join(", ")}` : kind);
}

function inFlight(stage) {
  return stage.oldestSeconds > 0 ? [{ label: "oldest in flight", words: seconds(stage.oldestSeconds) }] : [];
}

function showEmbed(status, embed, history) {
  const engine = status.embedder;
  frame("embed", embed, engine === null ? "loading" : device(engine));
  if (embed === undefined) {
    meters($("embed-meters"), []);
    text($("embed-note"), "");
    return;
  }
  const all = gates(embed);
  if (engine) {
    all.push({ label: "batches", value: engine.runningBatches, limit: engine.slots, words: `${count(engine.runningBatches)} of ${count(engine.slots)}` });
    all.push(filling("tokens a batch", history, cells, batches, engine.tokenBudget));
    all.push({ label: "chunks waiting", words: count(engine.queuedChunks) });
    if (engine.callLimit != null) all.push({ label: "calls borne", words: count(Math.floor(engine.callLimit)) });
  }
  meters($("embed-meters"), [...all, ...inFlight(embed)]);
  text($("embed-note"), work(engine, history));
}

/** How full the last ones were of what one may hold. A text that is longer than the budget is a batch of its own, so they may be beyond it. */
function filling(label, history, things, containers, limit) {
  const each = history.rate(containers);
  const mean = each > 0 ? Math.max(1, Math.round(history.rate(things) / each)) : null;
  return { label, value: mean, limit, words: mean == null ? `${count(limit)} at most` : mean > limit ? `${count(mean)}, over ${count(limit)}` : `${count(mean)} of ${count(limit)}` };
}

function device(engine) {
  if (engine.device == null) return "an embedding service";
  return `${engine.device === "cuda" ? "CUDA" : engine.device.toUpperCase()}, ${engine.precision}`;
}

function work(engine, history) {
  const real = history.rate(tokens);
  const padded = history.rate(cells);
  if (!engine || real == null) return "";
  if (real === 0) return "no tokens now";
  return `${count(Math.round(real))} tokens/s, ${Math.round((100 * (padded - real)) / padded)} % padding`;
}

function showIndex(status, index, history) {
  const store = status.store;
  frame("index", index, "coalesces and writes");
  const all = index ? gates(index) : [];
  if (index && store) {
    all.push({ label: "calls", value: store.callsInFlight, limit: store.callsAtOnce, words: `${count(store.callsInFlight)} of ${count(store.callsAtOnce)}` });
    all.push(filling("rows a call", history, rowsWritten, calls, store.rowsPerCall));
    all.push({ label: "rows waiting", words: count(store.queuedRows) });
    all.push(...inFlight(index));
  }
  meters($("index-meters"), all);
  if (index === undefined || store === null) {
    text($("index-note"), index ? "the store is not open yet" : "");
    return;
  }
  const retries = history.rate((each) => each.store?.retries ?? 0, 60000);
  text($("index-note"), retries > 0 ? `${perSecond(retries)} calls/s repeated` : `${plural(store.queuedDocuments ?? 0, "document", "documents")} in hand`);
}

function showStore(status, index, history) {
  const store = status.store;
  $("store").classList.toggle("away", index === undefined || store === null);
  $("store").classList.toggle("held", store?.held === true);
  if (!store) return;
  text($("store-name"), store.type === "memory" ? "memory index" : "Milvus");
  const { buckets } = recent(history, (each) => each.store?.callMillis ?? [], 60000);
  text($("store-calls"), index ? millis(quantile(buckets, 0.99)) : NONE);
  text($("store-note"), !index ? "written by another process" : store.held ? "refuses; INDEX holds" : `${count(store.rowsWritten)} rows`);
}

/** A histogram of the last minute; since the start where that was too quiet to tell. */
function recent(history, bucketsOf, ms) {
  const now = history.now();
  const minute = since(bucketsOf(now), bucketsOf(history.before(now, ms)));
  return sum(minute, (bucket) => bucket.count) >= 20 ? { buckets: minute, minute: true } : { buckets: bucketsOf(now), minute: false };
}
