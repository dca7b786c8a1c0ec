// The lab's page: draws the frames that the lab sends ten times a second, or
// those of a recording, and sends what its buttons ask for.
import { Side } from "./side.js";
import { drawing } from "./picture.js";

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
const token = query.get("token") ?? "";

let meta = null;
let sides = [];
let events = []; // all that was seen, oldest first
const shownEvents = 500;

// act asks the lab for something and shows why it was refused.
async function act(action) {
  say("");
  try {
    const answer = await fetch("do", {
      method: "POST", headers: { "Content-Type": "application/json", "X-Lab-Token": token }, body: JSON.stringify(action),
    });
    if (!answer.ok) say((await answer.text()).trim());
  } catch {
    say("the lab does not answer; is it still running?");
  }
}

function say(text) {
  $("message").textContent = text;
  $("message").hidden = text === "";
}

// begin sets the page up for a lab's or a recording's stages.
function begin(what) {
  meta = what;
  events = [];
  $("log").replaceChildren();
  document.title = "Lab: stage " + meta.stages.map((s) => s.number).join(" and ");
  $("sides").replaceChildren();
  sides = meta.stages.map((stage, i) => new Side(stage, i, meta, act));
  for (const side of sides) $("sides").append(side.element);
  $("scripts").replaceChildren(...meta.scripts.map((s) => {
    const skipped = meta.stages.every((stage) => s.skip?.[stage.number]);
    return Object.assign(document.createElement("option"), { value: s.name, textContent: s.title, disabled: skipped });
  }));
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

function show(frame) {
  frame.sides.forEach((side, i) => sides[i]?.show(side, frame.at));
  $("halt").hidden = !frame.script;
  for (const event of frame.events ?? []) tell(event);
}

function tell(event) {
  events.push(event);
  sides.forEach((side, i) => { if (event.side < 0 || event.side === i) side.mark(event); });
  const line = document.createElement("li");
  const time = Object.assign(document.createElement("time"), { textContent: event.at.toFixed(1) + " s" });
  const stage = event.side >= 0 && sides.length > 1 ? "stage " + meta.stages[event.side].number : "";
  const where = Object.assign(document.createElement("span"), { className: "where", textContent: stage });
  const text = Object.assign(document.createElement("span"), { className: event.kind, textContent: event.text });
  line.append(time, where, text);
  $("log").prepend(line);
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
  frames.onerror = () => say("the lab does not answer; it was stopped, or its terminal was closed");
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
$("picture").onclick = () => download("lab.svg", "image/svg+xml", drawing(sides, events));
$("large").onclick = () => {
  const on = document.documentElement.classList.toggle("large");
  $("large").setAttribute("aria-pressed", on);
};
let source = null;
$("open").onchange = async () => {
  const file = $("open").files[0];
  if (!file) return;
  source?.close();
  try { replay(JSON.parse(await file.text())); } catch { say("this file is not a recording of the lab"); }
};

const first = await (await fetch("meta")).json();
if (first.live) {
  begin(first);
  const wanted = query.get("script");
  if (wanted && first.scripts.some((s) => s.name === wanted)) { $("scripts").value = wanted; describe(); }
  source = live();
} else {
  replay(await (await fetch("recording.json")).json());
}
