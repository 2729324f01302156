// What makes the pages of `thresh serve` live. They work without it. No markup is made of text here:
// pages come from the server, numbers go into textContent.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const count = new Intl.NumberFormat("en");
  const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

  const bytes = (value) => {
    const units = ["B", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (value >= 1000 && unit + 1 < units.length) {
      value /= 1000;
      unit += 1;
    }
    return `${short.format(value)} ${units[unit]}`;
  };

  // Takes a new report in, and keeps what was unfolded and where the focus was.
  const refresh = async () => {
    const report = byId("report");
    const answer = await fetch("/?part=report", { headers: { Accept: "text/html" } });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const open = [...report.querySelectorAll("details")].map((one) => one.open);
    if (report.contains(document.activeElement)) return;
    report.replaceChildren(...fresh.body.childNodes);
    const folded = report.querySelectorAll("details");
    if (folded.length === open.length) folded.forEach((one, i) => { one.open = open[i]; });
  };

  const live = () => {
    const panel = byId("live");
    let last = null;
    let known = null;
    let refreshed = Date.now();
    const samples = [];

    const rate = (progress) => {
      const at = Date.parse(progress.at);
      if (samples.length && samples[samples.length - 1].at === at) samples.pop();
      samples.push({ at, done: progress.done });
      while (samples.length > 15) samples.shift();
      const first = samples[0];
      return at > first.at ? (1000 * (progress.done - first.done)) / (at - first.at) : 0;
    };

    const show = (progress) => {
      panel.hidden = !progress.running || progress.done === undefined;
      if (!panel.hidden) {
        byId("live-done").textContent = count.format(progress.done);
        byId("live-queued").textContent = count.format(progress.queued);
        byId("live-failed").textContent = count.format(progress.failed);
        byId("live-flight").textContent = count.format(progress.in_flight);
        byId("live-rows").textContent = count.format(progress.rows);
        byId("live-bytes").textContent = bytes(progress.bytes);
        byId("live-rate").textContent = short.format(Math.max(0, rate(progress)));
        const all = progress.done + progress.failed + progress.queued + progress.in_flight;
        byId("live-bar").value = all > 0 ? (progress.done + progress.failed) / all : 0;
      }
      const state = `${progress.running} ${progress.state}`;
      if (known !== null && state !== known) {
        byId("live-said").textContent = progress.running ? "A crawl has begun." : "The crawl has ended.";
      }
      const ended = known !== null && state !== known;
      const grown = progress.running && last !== progress.at && Date.now() - refreshed > 10000;
      if (ended || grown) {
        refreshed = Date.now();
        refresh().catch(() => {});
      }
      known = state;
      last = progress.at;
    };

    const listen = () => {
      const events = new EventSource("/events");
      events.onmessage = (event) => show(JSON.parse(event.data));
      events.onerror = () => {
        if (events.readyState !== EventSource.CLOSED) return;
        setTimeout(listen, 5000);
      };
      addEventListener("pagehide", () => events.close());
    };
    listen();
  };

  const sql = () => {
    const box = byId("q");
    box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form.requestSubmit();
    });
    document.querySelectorAll(".sql .insert").forEach((button) => {
      button.addEventListener("click", () => {
        const name = button.textContent;
        const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
        box.setRangeText(plain ? name : `"${name.replaceAll('"', '""')}"`,
          box.selectionStart, box.selectionEnd, "end");
        box.focus();
      });
    });
  };

  // Filters that say nothing need not stand in the address.
  const table = (form) => {
    form.addEventListener("submit", () => {
      form.querySelectorAll("input[type=search]").forEach((input) => {
        if (!input.value) input.disabled = true;
      });
    });
    addEventListener("pageshow", () => {
      form.querySelectorAll("input[type=search]").forEach((input) => { input.disabled = false; });
    });
  };

  if (byId("live")) live();
  if (byId("q")) sql();
  const rows = document.querySelector(".rows form");
  if (rows) table(rows);
})();
