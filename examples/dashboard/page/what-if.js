/**
 * Two things that happen to every device sooner or later: its broker restarts, or it drops out itself. These commands go
 * at QoS 0, because one that came late or again would do harm.
 */
const byId = (id) => document.getElementById(id);

export function prepareWhatIf(link, topics, isEmbedded) {
  const note = byId("what-if-note");
  const prepare = (button, topic, words) =>
    button.addEventListener("click", () => {
      note.textContent = words;
      link.command(topic, "", { qos: 0 }).catch((error) => {
        note.textContent = error.message;
      });
    });
  const [restart, unplug] = [byId("restart"), byId("unplug")];
  prepare(
    restart,
    topics.restartBroker,
    "Back in 4 seconds. Meanwhile QoS 0 readings are lost; power and door events wait in Node, commands wait here.",
  );
  prepare(
    unplug,
    topics.unplug,
    "Back in 5 seconds. Its will says “offline”; a command given now waits at the broker and still takes effect.",
  );
  restart.hidden = !isEmbedded;
}
