// The lab's page: draws the frames that the lab sends ten times a second, or
// those of a recording, and sends what its buttons ask for.
import { Side } from "./side.js";
import { drawing } from "./picture.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const token = query.get("token") ?? "";

let meta = null;
let sides = [];
const shownEvents = 500;

// act asks the lab for something.
const act = (action) => post("do", action);

// post sends a request with the token, shows why it was refused, and returns
// whether it was not.
async function post(where, what) {
  say("");
  try {
    const answer = await fetch(where, {
      method: "POST", headers: { "Content-Type": "application/json", "X-Lab-Token": token }, body: JSON.stringify(what),
    });
    if (!answer.ok) say((await answer.text()).trim());
    return answer.ok;
  } catch {
    say("the lab does not answer; is it still running?");
    return false;
  }
}

function say(text) {
  $("message").textContent = text;
  $("message").hidden = text === "";
}

// begin sets the page up for a lab's or a recording's stages.
function begin(what) {
  meta = what;
  settled = "";
  $("log").replaceChildren();
  document.title = "Lab: stage " + meta.stages.map((s) => s.number).join(" and ");
  $("sides").replaceChildren();
  sides = meta.stages.map((stage, i) => new Side(stage, i, meta, act));
  for (const side of sides) $("sides").append(side.element);
  $("board").className = sides.length > 1 ? "two" : "one";
  const group = (label, scripts) => {
    const made = Object.assign(document.createElement("optgroup"), { label });
    made.append(...scripts.map((s) => {
      const skipped = meta.stages.every((stage) => s.skip?.[stage.number]);
      return Object.assign(document.createElement("option"), { value: s.name, textContent: s.title, disabled: skipped });
    }));
    return made;
  };
  const chosen = $("scripts").value;
  $("scripts").replaceChildren(
    group("Rows of the fault matrix", meta.scripts.filter((s) => !s.experiment)),
    group("Experiments", meta.scripts.filter((s) => s.experiment)));
  if (meta.scripts.some((s) => s.name === chosen)) $("scripts").value = chosen;
  $("balancer").replaceChildren(...meta.balancers.map((b) => Object.assign(document.createElement("option"), { value: b, textContent: b })));
  $("balancers").hidden = !meta.stages.some((s) => s.chooses);
  $("balancer").value = "power-of-two";
  $("rate").max = meta.maxRate;
  document.body.classList.toggle("replay", !meta.live);
  $("replay").hidden = meta.live;
  describe();
}

// describe shows what the chosen script is about.
function describe() {
  const script = meta.scripts.find((s) => s.name === $("scripts").value);
  $("lesson").hidden = !script;
  if (!script) return;
  const said = meta.stages.map((s) => {
    const text = script.skip?.[s.number] ?? script.published?.[s.number];
    return text ? `stage ${s.number}: ${text}` : "";
  }).filter(Boolean);
  $("lesson").textContent = [script.lesson, said.length ? `The fault matrix says: ${said.join(" · ")}.` : ""].filter(Boolean).join(" ");
  $("lesson").hidden = $("lesson").textContent === "";
}

// settle shows the client's settings where they can be changed, when something else
// has changed them: a script has a load of its own.
let settled = "";
function settle(settings) {
  const now = JSON.stringify(settings);
  if (now === settled) return;
  settled = now;
  $("rate").value = settings.rate;
  $("timeout").value = settings.timeout;
  $("balancer").value = settings.balancer;
}

function show(frame) {
  if (frame.sides.length) settle(frame.sides[0].client.settings);
  frame.sides.forEach((side, i) => sides[i]?.show(side, frame.at));
  $("halt").hidden = !frame.script;
  for (const event of frame.events ?? []) tell(event);
}

// tell adds an event to the log, newest first. What befell both stages at once is one
// line.
function tell(event) {
  sides.forEach((side, i) => { if (event.side < 0 || event.side === i) side.mark(event); });
  const lines = [...$("log").children].slice(0, 20);
  const twin = lines.find(({ event: e }) => e.text === event.text && e.side === 1 - event.side && Math.abs(e.at - event.at) < 0.3);
  if (twin) {
    twin.event = { ...event, side: -1 };
    twin.querySelector(".where").textContent = "both";
    return;
  }
  const line = document.createElement("li");
  line.event = event;
  line.append(Object.assign(document.createElement("time"), { textContent: event.at.toFixed(1) + " s" }));
  if (sides.length > 1) {
    const stage = event.side < 0 ? "both" : "stage " + meta.stages[event.side].number;
    line.append(Object.assign(document.createElement("span"), { className: "where", textContent: stage }));
  }
  line.append(Object.assign(document.createElement("span"), { className: event.kind, textContent: event.text }));
  $("log").insertBefore(line, lines.find((l) => l.event.at <= event.at) ?? lines.at(-1)?.nextSibling ?? null);
  while ($("log").childElementCount > shownEvents) $("log").lastElementChild.remove();
}

// live shows a lab that runs.
function live() {
  const frames = new EventSource("frames");
  frames.onmessage = (message) => show(JSON.parse(message.data));
  frames.addEventListener("past", (message) => {
    const past = JSON.parse(message.data);
    begin(meta);
    past.seconds.forEach((seconds, i) => sides[i]?.remember(seconds));
    for (const event of past.events) tell(event);
  });
  frames.onerror = () => {
    if (!meta.host) return say("the lab does not answer; it was stopped, or its terminal was closed");
    frames.close();
    hosted();
  };
  frames.onopen = () => say("");
  return frames;
}

// replay shows a recording, at the pace at which it was made.
let player = 0;
function replay(recording) {
  if (recording.format !== 1 || !recording.frames?.length) return say("this file is not a recording of the lab");
  begin({ ...recording.meta, live: false });
  const frames = recording.frames;
  let at = 0;
  let paused = false;
  $("position").max = frames.length - 1;
  const clock = () => { $("clock").textContent = `${frames[at].at.toFixed(1)} of ${frames.at(-1).at.toFixed(1)} s`; $("position").value = at; };
  const seek = (to) => {
    begin({ ...recording.meta, live: false });
    for (at = 0; at < to; at++) show(frames[at]);
    clock();
  };
  $("position").oninput = () => seek(Number($("position").value));
  $("pause").onclick = () => { paused = !paused; $("pause").textContent = paused ? "Go on" : "Pause"; };
  clearInterval(player);
  player = setInterval(() => {
    if (paused || at >= frames.length) return;
    show(frames[at]);
    clock();
    at++;
  }, 100);
}

function download(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

$("scripts").onchange = describe;
$("script").onsubmit = (e) => { e.preventDefault(); act({ do: "script", script: $("scripts").value }); };
$("halt").onclick = () => act({ do: "script-stop" });
$("join").onclick = () => act({ do: "join" });
$("fresh").onclick = () => act({ do: "fresh" });
$("client").onsubmit = (e) => {
  e.preventDefault();
  act({ do: "client", settings: { rate: Number($("rate").value), timeout: $("timeout").value, balancer: $("balancer").value } });
};
$("picture").onclick = () => download("lab.svg", "image/svg+xml", drawing(sides));
const showLarge = () => $("large").setAttribute("aria-pressed", document.documentElement.classList.contains("large"));
$("large").onclick = () => {
  const on = document.documentElement.classList.toggle("large");
  if (on) localStorage.setItem("lab-large", "on");
  else localStorage.removeItem("lab-large");
  showLarge();
};
showLarge();
let source = null;
$("open").onchange = async () => {
  const file = $("open").files[0];
  if (!file) return;
  source?.close();
  try { replay(JSON.parse(await file.text())); } catch { say("this file is not a recording of the lab"); }
};

// The stages and the script that the address asks for.
const wantedStages = (query.get("stage") ?? "").split(",").map(Number).filter(Boolean);
const wantedScript = query.get("script");

// prefer chooses the script that the address asks for.
function prefer() {
  if (!wantedScript || !meta.scripts.some((s) => s.name === wantedScript)) return;
  $("scripts").value = wantedScript;
  describe();
}

const after = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

// hosted waits until the guide's lab runs, and then shows it.
async function hosted() {
  for (;;) {
    let now;
    try {
      now = await (await fetch("meta")).json();
    } catch {
      say("the guide does not answer; it was stopped, or its terminal was closed");
      await after(2000);
      continue;
    }
    const runs = now.host.state === "running";
    if (!meta || runs) say("");
    document.body.classList.toggle("idle", !runs);
    $("choose").hidden = runs;
    $("end").hidden = !runs;
    if (runs) {
      begin(now);
      prefer();
      offerOther();
      source = live();
      return;
    }
    meta = now;
    choose(now);
    await after(now.host.state === "" ? 1000 : 300);
  }
}

// choose shows what can be started, or what takes time.
function choose({ host, scripts }) {
  $("other").hidden = true;
  if (!$("stage").options.length) {
    const option = (s) => Object.assign(document.createElement("option"), { value: s.number, textContent: `${String(s.number).padStart(2, "0")} ${s.idea}` });
    $("stage").append(...host.stages.map(option));
    $("beside").append(Object.assign(document.createElement("option"), { value: "", textContent: "no other" }), ...host.stages.map(option));
    $("stage").value = wantedStages[0] ?? 3;
    $("beside").value = wantedStages[1] ?? "";
    const script = scripts.find((s) => s.name === wantedScript);
    $("asked").hidden = !script;
    if (script) $("asked").textContent = `Then press Play, and “${script.title}” comes to pass. Write down first what you expect.`;
  }
  for (const part of $("start").elements) part.disabled = host.state !== "";
  const told = { "": "", starting: "Starting: " + (host.told || "processes") + " …", ending: "Stopping the processes …", closed: "The guide is ending." }[host.state];
  if ($("told").textContent !== told) $("told").textContent = told;
}

// offerOther says that the lab runs other stages than the address asks for.
function offerOther() {
  const running = meta.stages.map((s) => s.number);
  const other = wantedStages.length > 0 && wantedStages.join() !== running.join();
  $("other").hidden = !other;
  if (!other) return;
  $("other").querySelector("span").textContent = `This is stage ${running.join(" beside ")}, which runs already.`;
  const button = $("other").querySelector("button");
  button.textContent = `Stop it and start stage ${wantedStages.join(" beside ")}`;
  button.onclick = async () => { if (await post("end", {})) await post("start", { stages: wantedStages }); };
}

$("start").onsubmit = (e) => {
  e.preventDefault();
  post("start", { stages: [$("stage").value, $("beside").value].filter(Boolean).map(Number) });
};
$("end").onclick = () => post("end", {});

// leadBack has the link to the guide lead to the page that the reader came from. As with
// any step back, the place in it is the browser's to keep.
function leadBack() {
  $("guide").hidden = false;
  if (!document.referrer.startsWith(location.origin + "/") || new URL(document.referrer).pathname === location.pathname) return;
  $("guide").href = document.referrer;
  $("guide").onclick = (e) => {
    if (history.length < 2 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    history.back();
  };
}

const first = await (await fetch("meta")).json();
if (first.host) {
  leadBack();
  hosted();
} else if (first.live) {
  begin(first);
  prefer();
  source = live();
} else {
  replay(await (await fetch("recording.json")).json());
}
