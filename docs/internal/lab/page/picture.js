// A run as a picture of its own: what became of the calls of every second, and
// what happened, for a slide.
const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

const width = 1200, left = 70, right = 30, height = 190, gap = 135;

// drawing returns the picture as SVG. The second that has not ended yet is left out.
export function drawing(sides) {
  const ended = sides.map((s) => s.seconds.slice(0, -1));
  const last = Math.max(1, ...ended.map((seconds) => seconds.at(-1)?.at ?? 0));
  const first = Math.min(...ended.map((seconds) => seconds[0]?.at ?? 0));
  const x = (at) => left + (at - first) / (last - first + 1) * (width - left - right);
  const parts = [];
  sides.forEach((side, i) => {
    const top = 60 + i * (height + gap);
    const bottom = top + height;
    const seconds = ended[i];
    const most = Math.max(1, ...seconds.map((s) => s.ok + s.failed));
    const sum = (key) => seconds.reduce((n, s) => n + s[key], 0);
    parts.push(`<text x="${left}" y="${top - 14}" font-size="20" font-weight="600">${String(side.stage.number).padStart(2, "0")} ${escape(side.stage.idea)}: ` +
      `${sum("failed")} of ${sum("ok") + sum("failed")} calls failed, ${sum("retried")} retried</text>`);
    const w = (width - left - right) / (last - first + 1);
    for (const s of seconds) {
      const ok = s.ok / most * height, failed = s.failed / most * height;
      parts.push(`<rect x="${x(s.at).toFixed(1)}" y="${(bottom - ok).toFixed(1)}" width="${(w * 0.85).toFixed(1)}" height="${ok.toFixed(1)}" fill="#14746f"/>`);
      if (failed) parts.push(`<rect x="${x(s.at).toFixed(1)}" y="${(bottom - ok - failed).toFixed(1)}" width="${(w * 0.85).toFixed(1)}" height="${failed.toFixed(1)}" fill="url(#failed)" stroke="#c0273a"/>`);
    }
    parts.push(`<line x1="${left}" x2="${width - right}" y1="${bottom}" y2="${bottom}" stroke="#555"/>`,
      `<text x="${left - 8}" y="${top + 12}" text-anchor="end" font-size="15">${most}/s</text>`);
    for (let at = Math.ceil(first / 10) * 10; at <= last; at += 10) parts.push(`<text x="${x(at).toFixed(1)}" y="${bottom + 18}" font-size="15">${at} s</text>`);
    side.marks.forEach((m, n) => {
      const y = bottom + 38 + n % 4 * 19;
      const end = x(m.at) > width * 0.6 ? ' text-anchor="end"' : "";
      parts.push(`<line x1="${x(m.at).toFixed(1)}" x2="${x(m.at).toFixed(1)}" y1="${top}" y2="${y - 14}" stroke="#222" stroke-dasharray="3 3"/>`,
        `<text x="${x(m.at).toFixed(1)}" y="${y}" font-size="15"${end}>${escape(m.text)}</text>`);
    });
  });
  const total = 60 + sides.length * (height + gap);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif" fill="#1c1f24">` +
    `<defs><pattern id="failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#c0273a"/></pattern></defs>` +
    `<rect width="${width}" height="${total}" fill="#fff"/>${parts.join("")}</svg>`;
}
