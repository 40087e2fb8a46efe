// The search box: the same /search that programs use.

let searching = new AbortController();

async function search(query) {
  searching.abort();
  searching = new AbortController();
  const { signal } = searching;
  const began = performance.now();
  text($("found"), "Searching …");
  try {
    const response = await fetch(`search?${new URLSearchParams({ q: query, k: "10" })}`, { cache: "no-store", signal });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error ?? `status ${response.status}`);
    const { hits } = answer.results[0];
    found(hits);
    text($("found"), hits.length === 0 ? "Nothing found." : `${plural(hits.length, "document", "documents")} in ${millis(performance.now() - began)}`);
  } catch (e) {
    if (signal.aborted) return;
    found([]);
    text($("found"), e instanceof TypeError ? "The service does not answer." : e.message);
  }
}

function found(hits) {
  $("hits").replaceChildren(
    ...hits.map((hit) => {
      const score = make("span", "score", hit.score.toFixed(3));
      score.title = "cosine similarity";
      return make("li", "", make("p", "which", make("b", "", hit.documentId), score, make("small", "", `chunk ${hit.chunk}`)), make("p", "words", hit.text));
    }),
  );
}

$("search").addEventListener("submit", (event) => {
  event.preventDefault();
  const query = $("search-text").value.trim();
  if (query) search(query);
});
