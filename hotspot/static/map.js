// The map of points: the city's own outlines, donuts of statuses that open as one comes nearer. Position is in the URL.
/* global L, Supercluster */
const SHAPES = {
  up: ["circle", { r: 5.5 }],
  degraded: ["path", { d: "M0-7L7 0 0 7-7 0z" }],
  down: ["rect", { x: -6, y: -6, width: 12, height: 12 }],
  unknown: ["circle", { r: 5 }],
  monitoring_broken: ["path", { d: "M0-7L7 6H-7z" }],
  planned: ["circle", { r: 4.5 }],
  out_of_service: ["circle", { r: 3.5 }],
};
const ORDER = ["down", "degraded", "monitoring_broken", "unknown", "planned", "out_of_service", "up"]; // few reds first, else a green ring hides them
const FRESH_MS = 60_000;

function svg(name, attributes, parent) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  parent?.append(node);
  return node;
}

// Names come from files: Leaflet takes a string for HTML, so it gets an element.
function text(words) {
  const node = document.createElement("span");
  node.textContent = words;
  return node;
}

function donut(counts, total) {
  const r = 14 + Math.min(13, Math.log2(total) * 1.6), size = r + 4;
  const drawing = svg("svg", { viewBox: `${-size} ${-size} ${2 * size} ${2 * size}`, "aria-hidden": "true", class: "donut" });
  svg("circle", { class: "core", r }, drawing);
  let angle = -Math.PI / 2;
  for (const status of ORDER) {
    const n = counts[status] ?? 0;
    if (!n) continue;
    if (n === total) { svg("circle", { class: status, r }, drawing); break; }
    const end = angle + (n / total) * 2 * Math.PI;
    const at = (a) => `${(r * Math.cos(a)).toFixed(2)} ${(r * Math.sin(a)).toFixed(2)}`;
    svg("path", { class: status, d: `M${at(angle)}A${r} ${r} 0 ${n / total > 0.5 ? 1 : 0} 1 ${at(end)}` }, drawing);
    angle = end;
  }
  svg("text", {}, drawing).textContent = total;
  return L.divIcon({ html: drawing, className: "cluster", iconSize: [2 * size, 2 * size] });
}

function symbol(status) {
  const drawing = svg("svg", { viewBox: "-12 -12 24 24", "aria-hidden": "true", class: `symbol ${status}` });
  const [shape, attributes] = SHAPES[status] ?? SHAPES.unknown;
  svg(shape, attributes, drawing);
  return L.divIcon({ html: drawing, className: "cluster", iconSize: [26, 26] });
}

function start(element) {
  const words = JSON.parse(element.dataset.words), statusWords = JSON.parse(element.dataset.status);
  const number = new Intl.NumberFormat(document.documentElement.lang);
  element.hidden = false;
  const map = L.map(element, { zoomControl: false, zoomSnap: 0.25, attributionControl: false, maxZoom: 18 });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  map.createPane("points").style.zIndex = 450;
  const layer = L.layerGroup().addTo(map);
  const index = new Supercluster({
    radius: 60, extent: 256, maxZoom: 16, map: (point) => ({ [point.s]: 1 }),
    reduce: (sum, more) => { for (const key of ORDER) if (more[key]) sum[key] = (sum[key] ?? 0) + more[key]; },
  });
  let loaded = false, hour = null; // the past hour that is shown

  function marker(feature) {
    const [x, y] = feature.geometry.coordinates, point = feature.properties;
    const title = point.cluster
      ? `${number.format(point.point_count)} ${words.cluster}: ` + ORDER.filter((s) => point[s]).map((s) => `${statusWords[s]} ${point[s]}`).join(", ")
      : `${point.n} · ${statusWords[point.s]}` + (point.k == null ? "" : ` · ${number.format(point.k)} ${words.clients}`);
    const icon = point.cluster ? donut(point, point.point_count) : symbol(point.s);
    const made = L.marker([y, x], { icon, title, alt: title, pane: "points", zIndexOffset: point.down || point.s === "down" ? 500 : 0 });
    if (point.cluster) made.on("click", () => map.flyTo([y, x], index.getClusterExpansionZoom(point.cluster_id), { duration: 0.4 }));
    else made.on("click", () => location.assign(`${element.dataset.point}/${encodeURIComponent(point.c)}`));
    return made;
  }

  function draw() {
    if (!loaded) return;
    const box = map.getBounds().pad(0.1);
    layer.clearLayers();
    for (const feature of index.getClusters([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], Math.round(map.getZoom()))) {
      layer.addLayer(marker(feature));
    }
    for (const icon of element.querySelectorAll(".cluster")) icon.setAttribute("aria-label", icon.title);
  }

  async function load() {
    const answer = await fetch(element.dataset.points + (hour ? `?at=${hour}` : ""));
    if (!answer.ok) throw new Error(answer.statusText);
    const { features } = await answer.json();
    const wanted = element.dataset.district;
    const shown = wanted ? features.filter((feature) => feature.properties.d === wanted) : features;
    index.load(shown);
    loaded = true;
    return shown;
  }

  // The slider of past hours; the hour is in the address, so that it can be sent.
  function lookBack(bar) {
    if (!bar) return;
    const slider = bar.querySelector("input"), told = bar.querySelector("output"), last = Number(bar.dataset.last);
    const write = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "long", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: document.documentElement.dataset.zone || undefined,
    });
    let waiting;
    const show = () => {
      hour = Number(slider.value) < 0 ? last + Number(slider.value) * 3600 : null;
      told.textContent = hour ? write.format(hour * 1000) : told.dataset.now;
      const address = new URL(location.href);
      if (hour) address.searchParams.set("at", hour); else address.searchParams.delete("at");
      history.replaceState(null, "", address);
      clearTimeout(waiting);
      waiting = setTimeout(() => load().then(draw, () => {}), 120);
    };
    const asked = Number(new URL(location.href).searchParams.get("at"));
    bar.hidden = false;
    if (asked) slider.value = Math.round((asked - last) / 3600);
    if (Number(slider.value) < 0) show(); else told.textContent = told.dataset.now;
    slider.addEventListener("input", show);
  }

  function place(ground, shown) {
    const [, z, y, x] = location.hash.match(/^#([\d.]+)\/(-?[\d.]+)\/(-?[\d.]+)$/) ?? [];
    if (z) { map.setView([Number(y), Number(x)], Number(z)); return; }
    const points = shown.map((feature) => feature.geometry.coordinates.slice().reverse());
    const box = element.dataset.district || !ground.getLayers().length ? L.latLngBounds(points) : ground.getBounds();
    if (box.isValid()) map.fitBounds(box, { padding: [14, 14] });
    else map.setView([-2.5, 118], 5);
  }

  async function begin() {
    const [areas, shown] = await Promise.all([fetch(element.dataset.areas).then((answer) => answer.json()), load()]);
    const villages = areas.features.some((area) => area.properties.l === "village");
    const district = element.dataset.districtCode, shades = JSON.parse(element.dataset.shades || "{}");
    const ground = L.geoJSON(areas, {
      filter: (area) => !villages || area.properties.l === "village",
      style: (area) => ({ className: !district || area.properties.c.startsWith(district) ? `area ${shades[area.properties.c] ?? ""}` : "area is-other", weight: 1, fillOpacity: 1 }),
      onEachFeature: (area, shape) => shape.bindTooltip(text(area.properties.n), { sticky: true }),
      interactive: true,
    }).addTo(map);
    place(ground, shown);
    draw();
    map.on("moveend", () => {
      const { lat, lng } = map.getCenter();
      history.replaceState(null, "", `#${map.getZoom()}/${lat.toFixed(5)}/${lng.toFixed(5)}`);
      draw();
    });
    setInterval(() => { if (!document.hidden && !hour) load().then(draw, () => {}); }, FRESH_MS);
    lookBack(document.getElementById("map-hour"));
    element.addEventListener("near", ({ detail }) => {
      L.circleMarker(detail, { className: "me", radius: 8, interactive: false, pane: "points" }).addTo(map);
      map.setView(detail, 15);
    });
    element.dataset.ready = "";
  }

  begin().catch(() => {
    element.hidden = true;
    const notice = document.createElement("p");
    notice.className = "notice is-bad";
    notice.textContent = words.failed;
    element.after(notice);
  });
}

start(document.getElementById("map"));
