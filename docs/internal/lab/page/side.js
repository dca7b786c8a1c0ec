// One stage's processes on the page.
const svg = (name, attributes = {}) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

// set changes a text only if it is another, so that nothing is drawn in vain.
const set = (element, text) => { if (element.textContent !== text) element.textContent = text; };

// keepFocus exchanges the buttons in an element. If one of them had the focus, the one
// that takes its deed back gets it, or else the one in its place.
function keepFocus(element, exchange) {
  const at = [...element.querySelectorAll("button")].indexOf(document.activeElement);
  exchange();
  if (at < 0) return;
  const buttons = [...element.querySelectorAll("button")];
  (buttons.find((b) => ["Start", "Thaw", "Heal"].includes(b.textContent)) ?? buttons[at] ?? buttons[0])?.focus();
}

const shown = 60; // seconds in the strip
const smooth = 5; // reports, or drawings, that a rate is the mean of

const ended = ["dead", "left", "ended"];
const words = {
  dead: "killed", left: "has left", ended: "has ended on its own", frozen: "frozen", slow: "slow",
  leaving: "is leaving", stopping: "is stopped", "cut off": "cut off from registry",
};

// cuts say whom a process of the registry is cut off from.
const cuts = { "cut off": "cut off from clients", parted: "cut off from nodes", alone: "cut off from all" };

export class Side {
  constructor(stage, index, meta, act) {
    this.stage = stage;
    this.index = index;
    this.act = act;
    this.freezes = meta.freezes ?? true;
    this.seconds = []; // {at, ok, failed, retried, p99}
    this.marks = [];
    this.servers = new Map();
    this.nodes = new Map();
    this.rates = [];
    this.frames = 0;
    this.undrawn = { reports: 0, ok: [] }; // the client's reports since the last drawing
    this.last = null; // whom the one connection of an early client goes to
    const template = document.getElementById("side-template").content.cloneNode(true);
    this.element = template.firstElementChild;
    this.element.classList.toggle("chooses", stage.chooses);
    const find = (name) => this.element.querySelector(name);
    find(".number").textContent = String(stage.number).padStart(2, "0");
    find(".idea").textContent = stage.idea;
    find(".limit").textContent = "At its end: " + stage.limit + ".";
    this.parts = Object.fromEntries([
      "sent", "failed", "retried", "p99", "flows", "registry", "answers", "nodes", "caller", "pid", "rate", "failing", "list", "servers",
    ].map((name) => [name, find("." + name)]));
    this.parts.failed = find("dd.failed");
    this.parts.retried = find("dd.retried");
    this.keys = ["ok", "failed", "retried", "time"].map((name) => find(".key." + name));
    this.strip = find(".strip .calls");
    this.times = find(".strip .times");
    this.bars = Array.from({ length: shown }, (_, i) => {
      const x = i * 10 + 1;
      const bar = ["ok", "failed", "retried"].map((name) => svg("rect", { class: name, x, width: 8, y: 90, height: 0 }));
      this.strip.append(...bar);
      bar.push(svg("rect", { class: "time", x, width: 8, y: 30, height: 0 }));
      this.times.append(bar[3]);
      return bar;
    });
    this.marksLayer = svg("g");
    this.strip.append(this.marksLayer);
  }

  // remember takes what was before the page was opened.
  remember(seconds) { this.seconds = [...seconds]; }

  // show draws a frame at once if anybody's state is another than before, and else every
  // other one: to draw is what costs, and nobody reads ten numbers a second.
  show(side, at) {
    this.count(side, at);
    const states = [side.client.failed > 0, side.registry?.answers, ...[...side.registry?.nodes ?? [], ...side.servers].map((p) => [p.pid, p.state, p.leader, p.listed])].join();
    const same = states === this.states;
    this.states = states;
    if (same && this.frames++ % 2) return;
    const view = side.view ?? null;
    this.showRegistry(side.registry);
    this.showServers(side, view);
    this.showClient(side, view);
    this.showStrip(at);
    this.flow(side);
  }

  // mark notes an event for the strip.
  mark(event) {
    if (["fault", "heal", "joined", "standstill"].includes(event.kind)) this.marks.push(event);
  }

  count({ client, servers }, at) {
    const second = Math.floor(at);
    let now = this.seconds.at(-1);
    if (!now || now.at !== second) {
      now = { at: second, ok: 0, failed: 0, retried: 0, p99: 0 };
      this.seconds.push(now);
    }
    now.ok += client.ok;
    now.failed += client.failed;
    now.retried += client.retried;
    now.p99 = Math.max(now.p99, client.p99);
    this.undrawn.reports += client.reports;
    servers.forEach((s, i) => { this.undrawn.ok[i] = (this.undrawn.ok[i] ?? 0) + s.ok; });
    if (client.reports > 0) {
      this.rates.push({ reports: client.reports, failed: client.failed, errors: client.errors ?? {} });
      if (this.rates.length > smooth) this.rates.shift();
    }
  }

  showRegistry(registry) {
    this.parts.registry.hidden = !registry;
    if (!registry) return;
    this.parts.registry.classList.toggle("silent", !registry.answers);
    set(this.parts.answers, registry.answers ? "" : "does not answer");
    for (const node of registry.nodes) {
      let card = this.nodes.get(node.name);
      if (!card) {
        card = { element: document.createElement("div"), text: document.createElement("span"), note: document.createElement("b"), state: null };
        const said = document.createElement("span");
        said.className = "said";
        said.append(card.text, card.note);
        card.element.append(said);
        card.element.dataset.node = node.name;
        this.nodes.set(node.name, card);
        this.parts.nodes.append(card.element);
      }
      const state = node.state ?? "";
      const name = registry.nodes.length > 1 ? node.name + " " : "";
      set(card.text, `${name}${node.addr} pid ${node.pid}${node.leader ? " ★ leader" : ""}`);
      set(card.note, state ? " " + (cuts[state] ?? words[state]) : "");
      if (card.state === state) continue;
      card.state = state;
      card.element.className = "node " + (cuts[state] ? "off" : state);
      if (state === "stopping") continue;
      keepFocus(card.element, () => this.offerNode(card.element, node, name, state));
    }
  }

  // offerNode shows the buttons that make sense for a process of the registry in its state.
  offerNode(element, node, name, state) {
    element.querySelectorAll("button").forEach((b) => b.remove());
    const offer = (text, what, title) => element.append(this.button(text, { do: what, node: node.name, side: this.index }, title));
    if (["dead", "ended"].includes(state)) {
      offer("Start", "node-start", "starts the process again");
      return;
    }
    offer("Kill", "node-kill", "kill -9 (SIGKILL)");
    if (state === "frozen") offer("Thaw", "node-thaw", "kill -CONT (SIGCONT)");
    else if (this.freezes) offer("Freeze", "node-freeze", "kill -STOP (SIGSTOP)");
    if (["", "parted"].includes(state)) {
      offer(name ? "Cut off clients" : "Cut off", "node-cut", "a proxy swallows what passes between it and servers or clients" + (name ? "; the other nodes reach it" : ""));
    }
    if (name && ["", "cut off"].includes(state)) offer("Cut off nodes", "node-part", "proxies swallow what passes between it and the other nodes, both ways; servers and clients reach it");
    if (cuts[state]) offer("Heal", "node-heal", "its proxies let everything through again");
  }

  button(text, action, title) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: text, title });
    button.onclick = () => this.act(action);
    return button;
  }

  showServers(side, view) {
    const instances = new Map([...(view?.instances ?? []), ...(view?.held ?? [])].map((i) => [i.addr, i]));
    const held = new Set((view?.held ?? []).map((i) => i.addr));
    for (const [i, server] of side.servers.entries()) {
      const key = i + server.name;
      const card = this.servers.get(key) ?? this.newServer(key, server);
      const state = server.state ?? "";
      if (card.state !== state) card.rates = []; // a rate from before says nothing of it any more
      const { reports, ok } = this.undrawn;
      card.rates.push(reports > 0 ? ok[i] / reports * 10 : null);
      while (card.rates.length > smooth) card.rates.shift();
      const known = card.rates.filter((r) => r !== null);
      card.rate = known.length ? known.reduce((a, b) => a + b) / known.length : 0;
      if (ok[i] > 0) this.last = key;
      set(card.addr, `${server.addr} pid ${server.pid}`);
      const listed = !side.registry ? "" : server.listed ? "listed" : "not listed";
      set(card.status, words[state] ?? "");
      set(card.calls, [`${Math.round(card.rate)} calls/s`, listed].filter(Boolean).join(" · "));
      this.showLease(card, server);
      set(card.view, clientsView(instances.get(server.addr), held.has(server.addr)));
      if (card.state !== state) {
        card.state = state;
        card.element.className = "server " + state.replace(" ", "-");
        this.offer(card, server, Boolean(side.registry));
      }
    }
    this.undrawn = { reports: 0, ok: [] };
    for (const [key, card] of this.servers) {
      const [, i, name] = key.match(/^(\d+)(.*)$/);
      if (side.servers[Number(i)]?.name !== name) {
        card.element.remove();
        this.servers.delete(key);
      }
    }
  }

  newServer(key, server) {
    const element = document.getElementById("server-template").content.cloneNode(true).firstElementChild;
    const find = (name) => element.querySelector(name);
    const card = {
      element, rates: [], rate: 0, state: null, addr: find(".addr"), status: find(".state"), calls: find(".calls"),
      lease: find(".lease"), left: find(".left"), text: find(".lease .text"), view: find(".view"), buttons: find(".buttons"),
    };
    find(".name").textContent = server.name;
    this.servers.set(key, card);
    this.parts.servers.append(element);
    return card;
  }

  showLease(card, server) {
    card.lease.classList.toggle("none", !server.lease);
    if (!server.lease) return;
    const { ttl, left } = server.lease;
    card.left.style.transform = `scaleX(${Math.max(0, Math.min(1, left / ttl)).toFixed(3)})`;
    card.lease.classList.toggle("late", left < ttl / 2);
    set(card.text, `lease ${(Math.max(0, left) / 1000).toFixed(1)} of ${ttl / 1000} s`);
  }

  // offer shows the buttons that make sense for a server in its state.
  offer(card, server, registry) {
    const on = (text, what, title) => this.button(text, { do: what, server: server.name }, title);
    const state = card.state;
    let buttons;
    if (state === "stopping") return;
    if (ended.includes(state)) {
      buttons = [on("Start", "start", "starts arith-server again, on its address")];
      if (registry) buttons.push(on("Elsewhere", "elsewhere", "starts arith-server under its id, on another port"));
    } else {
      buttons = [on("Kill", "kill", "kill -9 (SIGKILL)"), on("Stop", "stop", "kill (SIGTERM)")];
      if (state === "frozen") buttons.push(on("Thaw", "thaw", "kill -CONT (SIGCONT)"));
      else if (this.freezes) buttons.push(on("Freeze", "freeze", "kill -STOP (SIGSTOP)"));
      if (["slow", "cut off"].includes(state)) buttons.push(on("Heal", "heal", "its proxies let everything through again"));
      else if (state !== "frozen") {
        buttons.push(on("Slow", "slow", "a proxy holds its answers back for 300 ms"));
        if (registry) buttons.push(on("Cut off", "cut", "a proxy swallows what it says to the registry"));
        buttons.push(on("Panic", "panic", "calls a method that panics"));
      }
    }
    keepFocus(card.buttons, () => card.buttons.replaceChildren(...buttons));
  }

  showClient(side, view) {
    const { client } = side;
    const reports = this.rates.reduce((n, r) => n + r.reports, 0) || 1;
    const failing = this.rates.reduce((n, r) => n + r.failed, 0) / reports * 10;
    this.failing = failing;
    this.wanted = client.settings.rate;
    set(this.parts.pid, (client.pid ? `pid ${client.pid}` : "not running") + `\ntime-out ${client.settings.timeout}`);
    set(this.parts.rate, `${client.settings.rate} calls/s`);
    const kinds = [...new Set(this.rates.flatMap((r) => Object.keys(r.errors)))].join(", ");
    this.parts.caller.classList.toggle("fails", failing > 0);
    set(this.parts.failing, failing > 0 ? `✗ ${Math.round(failing)} fail/s${kinds && ": " + kinds}` : "no call fails");
    set(this.parts.failed, String(client.total.failed));
    this.parts.failed.classList.toggle("some", client.total.failed > 0);
    set(this.parts.list, !view ? "" : view.stale ? `its list is stale for ${(view.age_ms / 1000).toFixed(1)} s` : "its list is fresh");
    set(this.parts.sent, String(client.total.sent));
    set(this.parts.retried, String(client.total.retried));
    const now = this.seconds.at(-1);
    set(this.parts.p99, now && now.ok > 0 ? now.p99.toFixed(1) + " ms" : "–");
  }

  showStrip(at) {
    const from = Math.floor(at) - shown + 1;
    const most = Math.max(1, this.wanted ?? 1, ...this.seconds.slice(-shown).map((s) => s.ok + s.failed));
    const byTime = new Map(this.seconds.slice(-shown - 1).map((s) => [s.at, s]));
    this.bars.forEach((bar, i) => {
      const s = byTime.get(from + i);
      const key = s ? `${s.ok} ${s.failed} ${s.retried} ${s.p99} ${most}` : "";
      if (bar.key === key) return;
      bar.key = key;
      const ok = s ? s.ok / most * 80 : 0;
      const failed = s ? s.failed / most * 80 : 0;
      const retried = s && s.retried ? Math.max(2, s.retried / most * 80) : 0;
      const put = (rect, y, height) => { rect.setAttribute("y", y); rect.setAttribute("height", height); };
      put(bar[0], 90 - ok, ok);
      put(bar[1], 90 - ok - failed, failed);
      put(bar[2], 90 - ok - failed - retried, retried);
      const time = s ? 30 * timeShare(s.p99) : 0;
      put(bar[3], 30 - time, time);
    });
    const marks = this.marks.filter((m) => m.at >= from);
    const key = marks.map((m) => m.at).join() + from;
    if (this.marksKey !== key) {
      this.marksKey = key;
      this.marksLayer.replaceChildren(...marks.map((m) => {
        const x = (m.at - from) * 10;
        return svg("line", { class: "mark", x1: x, x2: x, y1: 0, y2: 90 });
      }));
    }
    const s = this.seconds.at(-2);
    if (!s || s === this.told) return;
    this.told = s;
    const counts = [`${s.ok} answered`, `${s.failed} failed`, `${s.retried} retried`];
    const p99 = s.ok > 0 ? `p99 ${s.p99.toFixed(1)} ms` : "no p99";
    [...counts, p99].forEach((text, i) => set(this.keys[i], text));
    this.strip.setAttribute("aria-label", "calls of the last 60 seconds; in the last one " + counts.join(", "));
    this.times.setAttribute("aria-label", "p99 of the last 60 seconds; in the last one " + p99);
  }

  // flow draws the calls between the client and its servers.
  flow(side) {
    const box = this.parts.flows.getBoundingClientRect();
    if (box.width === 0) return;
    const caller = this.parts.caller.getBoundingClientRect();
    const from = { x: caller.right - box.left, y: caller.top + caller.height / 2 - box.top };
    const scale = 10 / Math.max(1, this.wanted ?? 1);
    // All places are read before anything is drawn, or each would be laid out anew.
    const targets = [...this.servers].map(([key, card]) => [key, card, card.element.getBoundingClientRect()]);
    for (const [key, card, target] of targets) {
      card.line ??= this.newLine("");
      card.lost ??= this.newLine("failed");
      const to = { x: target.left - box.left, y: target.top + target.height / 2 - box.top };
      this.drawLine(card.line, from, to, card.rate, scale, card.rate >= 0.5 ? `${Math.round(card.rate)}/s` : "");
      const lost = !this.stage.chooses && key === this.last ? this.failing : 0;
      this.drawLine(card.lost, from, to, lost, scale, lost >= 0.5 ? `✗ ${Math.round(lost)}/s` : "");
    }
    const alive = new Set([...this.servers.values()].flatMap((c) => [c.line, c.lost]).filter(Boolean).flatMap((l) => [l.line, l.text]));
    for (const child of [...this.parts.flows.children]) if (!alive.has(child)) child.remove();
  }

  newLine(name) {
    const made = { line: svg("line", { class: name }), text: svg("text", { class: name }), key: "", at: name === "failed" ? 0.35 : 0.6 };
    this.parts.flows.append(made.line, made.text);
    return made;
  }

  drawLine(made, from, to, rate, scale, label) {
    const width = rate < 0.5 ? 0 : Math.min(16, Math.max(1.5, Math.round(rate * scale * 2) / 2));
    const key = [from.x, from.y, to.x, to.y, width].map((n) => Math.round(n * 2)).join() + label;
    if (made.key === key) return;
    made.key = key;
    made.line.setAttribute("visibility", width ? "visible" : "hidden");
    for (const [name, value] of Object.entries({ x1: from.x, y1: from.y, x2: to.x, y2: to.y, "stroke-width": width })) made.line.setAttribute(name, value);
    made.text.setAttribute("x", from.x + (to.x - from.x) * made.at);
    made.text.setAttribute("y", from.y + (to.y - from.y) * made.at + 4);
    made.text.textContent = label;
  }
}

// timeShare is how high a time stands between 0.1 ms and 1 s, on a logarithmic scale.
const timeShare = (ms) => Math.min(1, Math.max(0, Math.log10(ms / 0.1) / 4)) || 0;

// clientsView says what the client thinks of an instance.
function clientsView(i, held) {
  if (!i) return "";
  const parts = [i.state.replace("_", " ")];
  if (held) parts.push("held: it said no goodbye");
  if (i.weight === 0) parts.push("weight 0");
  if (i.ejected) parts.push("ejected" + (i.ejected_until ? " until " + new Date(i.ejected_until).toLocaleTimeString("en-GB") : ""));
  parts.push(`${i.in_flight} in flight`, `${i.latency_ms.toFixed(1)} ms`);
  return parts.join(" · ");
}
