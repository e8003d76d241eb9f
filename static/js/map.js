// The map of the story shows which blocks are on the screen, also after some of them were swapped.

const linkOf = (block) => document.querySelector(`#map-${block.dataset.index} > a`);

const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const link = linkOf(target);
    if (isIntersecting) link?.setAttribute("aria-current", "location");
    else link?.removeAttribute("aria-current");
  }
});

htmx.onLoad((loaded) => {
  const blocks = [loaded, ...loaded.querySelectorAll(".block, .map__block")];
  for (const one of blocks) {
    const block = one.matches(".map__block") ? document.getElementById(one.id.replace("map", "block")) : one;
    if (!block?.matches("[data-story] .block")) continue;
    seen.unobserve(block);
    seen.observe(block);
  }
});
