const { js, wasm } = document.getElementById("loader").dataset;
const zone = encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
if (zone && !document.cookie.split("; ").includes(`zone=${zone}`)) {
  document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}
const waiting = [];
async function walk(node, module) {
  if (node.localName === "leptos-island") {
    waiting.at(-1)?.();
    await module[node.dataset.component]?.(node);
  }
  const children = node.localName === "leptos-children";
  if (children) waiting.push(node.$$on_hydrate);
  for (const child of node.children) await walk(child, module);
  if (children) waiting.pop();
}
if (document.querySelector("leptos-island")) {
  const module = await import(js);
  await module.default({ module_or_path: wasm });
  module.hydrate();
  await walk(document.body, module);
  document.documentElement.dataset.live = "";
}
