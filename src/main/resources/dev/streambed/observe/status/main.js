// Asks every two seconds while somebody looks, and says so when nobody answers.

const EVERY_MILLIS = 2000;
const PATIENCE_MILLIS = 5000;

const history = new History(300000);
let timer = 0;
let asking = false;
let silentSince = 0;

async function ask() {
  if (asking || document.hidden) return;
  asking = true;
  clearTimeout(timer);
  try {
    const response = await fetch("status", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MILLIS) });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error ?? `status ${response.status}`);
    silentSince = 0;
    show(answer);
  } catch (e) {
    silent(e);
  } finally {
    asking = false;
    timer = setTimeout(ask, EVERY_MILLIS);
  }
}

function show(status) {
  history.add(status);
  $("main").classList.remove("stale");
  const { pipeline, name } = status.instance;
  text($("whose"), `pipeline ${pipeline}, ${status.stages.map((stage) => stage.stage).join(" and ") || "no stage"}${name == null ? "" : `, on ${name}`}`);
  const { live, ready } = status.health;
  state(live ? (ready ? "ready" : "waits") : "broken", live ? (ready ? "Ready" : "Not ready") : "Must be restarted");
  showHolds(status.health.holds, status.atMillis);
  showPath(status, history);
  showPanels(status, history);
}

/** The figures stay, grey: they are the last that were known. */
function silent(cause) {
  silentSince ||= Date.now();
  $("main").classList.add("stale");
  const said = cause instanceof TypeError || cause.name === "TimeoutError" ? "" : `: ${cause.message}`;
  state("silent", `No answer since ${clock(silentSince)}${said}`);
}

function state(name, words) {
  $("state").dataset.state = name;
  text($("state-words"), words);
}

function showHolds(holds, now) {
  $("holds").hidden = holds.length === 0;
  list(
    $("holds-list"),
    holds,
    (hold) => `${hold.part} ${hold.code} ${hold.sinceMillis}`,
    (hold) => make("li", "", make("b", "", hold.part), make("span", "why"), make("code", "", hold.code), make("small")),
    (element, hold) => {
      text(element.children[1], hold.reason);
      text(element.lastChild, `for ${wholeSeconds(now - hold.sinceMillis)}, since ${clock(hold.sinceMillis)}`);
    },
  );
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : ask()));
ask();
