// Lets a reader get notices in this browser. Without script, or without web push, the box stays shut.
(() => {
  const box = document.querySelector("[data-push-key]");
  if (!box || !("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const button = box.querySelector("button");
  const status = box.querySelector("[role=status]");
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (each) => each.charCodeAt(0));

  async function subscribe() {
    const registration = await navigator.serviceWorker.register("/push-worker.js");
    await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(box.dataset.pushKey),
    });
    const { endpoint, keys } = subscription.toJSON();
    const answer = await fetch("/api/v1/notices/browsers", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ endpoint, p256dh: keys.p256dh, auth: keys.auth, city: box.dataset.city }),
    });
    if (!answer.ok) throw new Error((await answer.json()).title);
  }

  box.hidden = false;
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") throw new Error(box.dataset.refused);
      await subscribe();
      status.textContent = box.dataset.done;
    } catch (error) {
      status.textContent = `${box.dataset.failed} ${error.message}`;
      button.disabled = false;
    }
  });
})();
