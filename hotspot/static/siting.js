// The map of need: kelurahan in five shades, 300 m around every point; a click offers to put a point there.
/* global L */
function text(words) {
  const node = document.createElement("span");
  node.textContent = words;
  return node;
}

function start(element) {
  const words = JSON.parse(element.dataset.words);
  element.hidden = false;
  const map = L.map(element, { zoomControl: false, zoomSnap: 0.25, attributionControl: false, maxZoom: 18 });
  map.createPane("points").style.zIndex = 450;
  map.createPane("reach").style.zIndex = 420; // circles that overlap are one ground: the pane is transparent, not they
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);

  function offer(event) {
    const place = `${event.latlng.lat.toFixed(5)},${event.latlng.lng.toFixed(5)}`;
    const address = new URL(element.dataset.put, location.href);
    address.searchParams.append("put", place);
    address.hash = "put";
    const link = document.createElement("a");
    link.href = address.href;
    link.className = "button is-small is-main";
    link.textContent = words.put;
    L.popup({ closeButton: false, minWidth: 0 }).setLatLng(event.latlng).setContent(link).openOn(map);
  }

  async function begin() {
    const answer = await fetch(element.dataset.layer);
    if (!answer.ok) throw new Error(answer.statusText);
    const { areas, points, put } = await answer.json();
    const ground = L.geoJSON(areas, {
      style: (area) => ({ className: `area need-${area.properties.k ?? "none"}`, weight: 1, fillOpacity: 1 }),
      onEachFeature: (area, shape) => {
        const { n, r, p } = area.properties;
        shape.bindTooltip(text(`${n}${r === null ? "" : ` · ${words.rank} ${r}`} · ${p} ${words.points}`), { sticky: true });
      },
    });
    const spots = points.map(([y, x]) => [y, x]);
    const box = ground.getLayers().length ? ground.getBounds() : L.latLngBounds(spots);
    if (box.isValid()) map.fitBounds(box, { padding: [12, 12] });
    else map.setView([-2.5, 118], 5);
    ground.addTo(map);
    for (const [y, x] of points) L.circle([y, x], { radius: 300, className: "reach-circle", weight: 0, fillOpacity: 1, interactive: false, pane: "reach" }).addTo(map);
    for (const [y, x] of points) L.circleMarker([y, x], { radius: 1.5, className: "reach-dot", weight: 0, fillOpacity: 1, interactive: false, pane: "points" }).addTo(map);
    for (const [y, x] of put) {
      L.circle([y, x], { radius: 300, className: "put-circle", weight: 1.5, interactive: false, pane: "points" }).addTo(map);
      L.circleMarker([y, x], { radius: 4, className: "put-dot", weight: 1.5, fillOpacity: 1, interactive: false, pane: "points" }).addTo(map);
    }
    map.on("click", offer);
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

const element = document.getElementById("siting-map");
if (element) start(element);
