// Drift: how far each tenant's vectors are from its baseline, against what is chance.

const STATISTICS = {
  "centroid-shift": "centroid",
  "cosine-shift": "mean cosine",
  "projection-psi": "projections, PSI",
  "token-psi": "tokens, PSI",
  "norm-psi": "norms, PSI",
  "canary-distance": "canary texts",
};
const TENANTS_SHOWN = 12;

/** Those that drift come first. */
function showDrift(tenants, held) {
  $("drift").hidden = tenants.length === 0 && held == null;
  const drifting = tenants.filter((tenant) => tenant.detected.length > 0).length;
  const left = tenants.length - TENANTS_SHOWN;
  text($("drift-note"), held != null ? `not watched at present: ${held}` : `of the last window of vectors from the baseline; the line is what is chance${left > 0 ? `; ${plural(left, "tenant", "tenants")} more, ${plural(Math.max(0, drifting - TENANTS_SHOWN), "drifts", "drift")}` : ""}`);
  list($("drift-list"), tenants.slice(0, TENANTS_SHOWN), (tenant) => tenant.tenant, tenantCard, updateTenant);
}

function tenantCard({ tenant }) {
  return make("li", "", make("p", "who", make("b", "", tenant), make("span", "verdict")), make("ul", "figures"));
}

function updateTenant(element, tenant) {
  const [who, figures] = element.children;
  const drifts = tenant.detected.length > 0;
  element.classList.toggle("drifts", drifts);
  text(who.lastChild, verdict(tenant));
  list(
    figures,
    tenant.figures.filter((figure) => figure.limit != null),
    (figure) => figure.statistic,
    (figure) => make("li", "", make("span", "label", STATISTICS[figure.statistic] ?? figure.statistic), make("span", "value"), make("div", "bar", make("i"), make("u"))),
    updateFigure,
  );
}

function verdict({ detected, baseline, windows }) {
  if (detected.length > 0) return `${detected.join(" and ")} ${detected.length === 1 ? "drifts" : "drift"}`;
  if (baseline != null && baseline < 1) return `baseline ${percent(baseline)} there`;
  return windows === 0 ? "no window yet" : "as before";
}

/** The limit stands at two thirds of the bar, so that what is beyond it shows. */
function updateFigure(element, { value, limit }) {
  const [, shown, bar] = element.children;
  text(shown, `${significant(value)}${value > limit ? ", over" : " of"} ${significant(limit)}`);
  bar.firstChild.style.transform = `scaleX(${Math.min(1, (value / limit) * (2 / 3)).toFixed(4)})`;
  element.classList.toggle("beyond", value > limit);
}

/** Two digits that say something; small ones as powers would not be read. */
function significant(n) {
  if (n !== 0 && Math.abs(n) < 0.0001) return "<0.0001";
  return String(Number(n.toPrecision(2)));
}
