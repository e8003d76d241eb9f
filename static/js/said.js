// The live region: what happened, for those who do not see it. The server's answers speak there too (_said.html); the
// sentences of the page itself stand at it as data, with gaps such as %(number)s.

const said = document.getElementById("said");

export const sentences = said.dataset;

export const filled = (text, gaps) => text.replace(/%\((\w+)\)s/g, (gap, name) => gaps[name] ?? gap);

export function tell(text, gaps = {}) {
  said.textContent = filled(text, gaps);
}
